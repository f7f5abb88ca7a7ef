package io.standpipe.dynamodb;

import io.standpipe.dynamodb.Calls.Patience;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Sends puts and deletes in batches of 25, and again what DynamoDB leaves unprocessed. Two writes
 * of one key never share a batch, which DynamoDB would refuse: they keep their order.
 */
final class ItemWriter {
  private static final int BATCH = 25;
  private static final long LARGEST_ITEM = 400 * 1024;

  private final Calls calls;
  private final Pace pace;
  private final ItemShape shape;
  private final String action;
  private final Map<Map<String, AttributeValue>, WriteRequest> batch = new LinkedHashMap<>();

  ItemWriter(Calls calls, Pace pace, ItemShape shape) {
    this.calls = calls;
    this.pace = pace;
    this.shape = shape;
    this.action = "write to " + calls.label();
  }

  void put(Map<String, AttributeValue> key, Map<String, AttributeValue> item) {
    requireSize(key, item, calls.label());
    add(key, WriteRequest.builder().putRequest(put -> put.item(item)).build());
  }

  void delete(Map<String, AttributeValue> key) {
    add(key, WriteRequest.builder().deleteRequest(delete -> delete.key(key)).build());
  }

  /** Sends what is waiting. */
  void flush() {
    List<WriteRequest> waiting = new ArrayList<>(batch.values());
    batch.clear();
    if (!waiting.isEmpty()) {
      send(waiting);
    }
  }

  static void requireSize(
      Map<String, AttributeValue> key, Map<String, AttributeValue> item, String label) {
    long size = WriteValues.size(item);
    if (size > LARGEST_ITEM) {
      throw new BadRow(
          "the item "
              + ItemShape.text(key)
              + " for "
              + label
              + " has "
              + size
              + " bytes; DynamoDB takes 400 KB",
          "Shorten or split it, or leave it out.");
    }
  }

  private void add(Map<String, AttributeValue> key, WriteRequest request) {
    if (batch.containsKey(key)) {
      flush();
    }
    batch.put(key, request);
    if (batch.size() == BATCH) {
      flush();
    }
  }

  private void send(List<WriteRequest> requests) {
    Patience patience = calls.patience();
    List<WriteRequest> left = requests;
    while (true) {
      List<WriteRequest> unprocessed = attempt(left);
      if (unprocessed.isEmpty()) {
        return;
      }
      pace.slower();
      if (unprocessed.size() < left.size()) {
        patience.progress();
      }
      left = unprocessed;
      if (!patience.pause()) {
        throw RequestFailure.unprocessed(action, left.size());
      }
    }
  }

  private List<WriteRequest> attempt(List<WriteRequest> requests) {
    try {
      BatchWriteItemResponse answer =
          calls.call(
              action,
              pace,
              client ->
                  client.batchWriteItem(
                      request ->
                          request
                              .requestItems(Map.of(shape.table().name(), requests))
                              .returnConsumedCapacity(pace.wanted())));
      answer.consumedCapacity().forEach(pace::used);
      return answer.unprocessedItems().values().stream().flatMap(List::stream).toList();
    } catch (RequestFailure e) {
      if (!e.code().equals("ValidationException")) {
        throw e;
      }
      if (requests.size() == 1) {
        throw refused(requests.get(0), e);
      }
      // One bad item fails the batch: alone, it is found.
      List<WriteRequest> unprocessed = new ArrayList<>();
      requests.forEach(request -> unprocessed.addAll(attempt(List.of(request))));
      return unprocessed;
    }
  }

  private BadRow refused(WriteRequest request, RequestFailure error) {
    Map<String, AttributeValue> key =
        request.putRequest() == null
            ? request.deleteRequest().key()
            : shape.key(request.putRequest().item());
    return refused(key, error);
  }

  /** An item that DynamoDB finds wrong. */
  static BadRow refused(Map<String, AttributeValue> key, RequestFailure error) {
    return new BadRow(
        "item " + ItemShape.text(key) + ": " + error.getMessage().replaceFirst("\\. [^.]*\\.$", ""),
        "Correct the row, or leave it out.");
  }
}
