package io.standpipe.dynamodb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Writes that DynamoDB has no batches for: updates and conditional puts, one request per row. */
final class SingleWriter {
  private static final Pattern VALUE = Pattern.compile(":([A-Za-z0-9_]+)");

  private final Calls calls;
  private final Pace pace;
  private final ItemShape shape;
  private final String action;

  SingleWriter(Calls calls, Pace pace, ItemShape shape) {
    this.calls = calls;
    this.pace = pace;
    this.shape = shape;
    this.action = "write to " + calls.label();
  }

  /** Sets the attributes of the item, and removes those of columns that are NULL. */
  void update(Map<String, AttributeValue> key, Map<String, AttributeValue> item) {
    ItemWriter.requireSize(key, item, calls.label());
    Placeholders placeholders = new Placeholders();
    List<String> set = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    item.forEach(
        (name, value) -> {
          if (!key.containsKey(name)) {
            set.add(placeholders.name(name) + " = " + placeholders.value(value));
          }
        });
    for (String name : shape.columns().fieldNames()) {
      if (!item.containsKey(name)) {
        remove.add(placeholders.name(name));
      }
    }
    String expression =
        ((set.isEmpty() ? "" : "SET " + String.join(", ", set))
                + (remove.isEmpty() ? "" : " REMOVE " + String.join(", ", remove)))
            .strip();
    send(
        key,
        client ->
            client
                .updateItem(
                    request ->
                        request
                            .tableName(shape.table().name())
                            .key(key)
                            .updateExpression(expression.isEmpty() ? null : expression)
                            .expressionAttributeNames(placeholders.requestNames())
                            .expressionAttributeValues(placeholders.requestValues())
                            .returnConsumedCapacity(pace.wanted()))
                .consumedCapacity());
  }

  /**
   * Puts the item if the condition holds. If it does not, but the item is there as it is to be, an
   * earlier attempt has put it.
   */
  void putIf(Map<String, AttributeValue> key, Map<String, AttributeValue> item, String condition) {
    ItemWriter.requireSize(key, item, calls.label());
    Map<String, AttributeValue> values = values(item, condition);
    send(
        key,
        client -> {
          try {
            return client
                .putItem(
                    request ->
                        request
                            .tableName(shape.table().name())
                            .item(item)
                            .conditionExpression(condition)
                            .expressionAttributeValues(values.isEmpty() ? null : values)
                            .returnValuesOnConditionCheckFailure(
                                ReturnValuesOnConditionCheckFailure.ALL_OLD)
                            .returnConsumedCapacity(pace.wanted()))
                .consumedCapacity();
          } catch (ConditionalCheckFailedException e) {
            if (shape.isThere(e.item(), item)) {
              return ConsumedCapacity.builder().build();
            }
            throw e;
          }
        });
  }

  /** The columns that a condition names. */
  static List<String> columns(String condition) {
    return VALUE.matcher(condition).results().map(found -> found.group(1)).toList();
  }

  private Map<String, AttributeValue> values(Map<String, AttributeValue> item, String condition) {
    Map<String, AttributeValue> values = new HashMap<>();
    for (String name : columns(condition)) {
      values.put(":" + name, item.getOrDefault(name, AttributeValue.fromNul(true)));
    }
    return values;
  }

  private void send(
      Map<String, AttributeValue> key, Function<DynamoDbClient, ConsumedCapacity> request) {
    try {
      pace.used(calls.call(action, pace, request));
    } catch (RequestFailure e) {
      if (e.code().equals("ValidationException")) {
        throw ItemWriter.refused(key, e);
      } else if (e.code().equals("ConditionalCheckFailedException")) {
        throw new Refusal(
            "cannot write the item "
                + ItemShape.text(key)
                + " to "
                + calls.label()
                + ": the condition does not hold for the item that is there"
                + " (code ConditionalCheckFailedException, status 400)",
            "Leave such rows out, or change 'condition'. Rows before it are written.");
      }
      throw e;
    }
  }
}
