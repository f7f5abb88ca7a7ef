package io.standpipe.dynamodb;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * A table from its making to its end. Everything can be repeated: by a request whose answer was
 * lost, and by a write whose predecessor was killed in between.
 *
 * @param label how messages name the table
 */
record TableLife(Calls calls, String name, String label) {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long LONGEST_PAUSE = 2_000;

  /** The table, if it is there; waits while it is being created or deleted. */
  Optional<TableInfo> settled() {
    return await(
        "is still being created or deleted", found -> found.filter(TableInfo::changing).isEmpty());
  }

  /**
   * Creates the table, which was not there before, and waits until it takes requests. One that has
   * come up meanwhile with the same keys is as good: an earlier attempt made it.
   *
   * @throws Refusal if it has come up with other keys
   */
  TableInfo create(CreateTableRequest request) {
    try {
      calls.call("create " + label, client -> client.createTable(request));
    } catch (RequestFailure e) {
      if (!e.code().equals("ResourceInUseException")) {
        throw e;
      }
    }
    TableInfo table =
        await("is still being created", found -> found.filter(TableInfo::active).isPresent())
            .orElseThrow();
    return requireKeys(table, request);
  }

  /**
   * @throws Refusal if the table has other keys
   */
  TableInfo requireKeys(TableInfo table, CreateTableRequest request) {
    List<String> wanted =
        request.keySchema().stream().map(KeySchemaElement::attributeName).toList();
    if (!table.keyNames().equals(wanted)) {
      throw isThere();
    }
    return table;
  }

  /** What to say of a table that is there, but should not be. */
  Refusal isThere() {
    return new Refusal(
        "cannot create " + label + ": it is there already", "Write to it, or drop it before.");
  }

  /** Has DynamoDB expire items by this attribute, unless it expires them already. */
  void expireBy(String attribute) {
    String action = "set the time to live of " + label;
    if (!expires(action)) {
      try {
        calls.call(
            action,
            client ->
                client.updateTimeToLive(
                    request ->
                        request
                            .tableName(name)
                            .timeToLiveSpecification(
                                ttl -> ttl.enabled(true).attributeName(attribute))));
      } catch (RequestFailure e) {
        // DynamoDB refuses it the second time: the answer of the first one was lost.
        if (!e.code().equals("ValidationException") || !expires(action)) {
          throw e;
        }
      }
    }
  }

  private boolean expires(String action) {
    TimeToLiveStatus status =
        calls
            .call(action, client -> client.describeTimeToLive(request -> request.tableName(name)))
            .timeToLiveDescription()
            .timeToLiveStatus();
    return status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING;
  }

  /**
   * Removes the table, and waits until it is gone.
   *
   * @throws RequestFailure if it is not there
   */
  void drop() {
    calls.call("drop " + label, client -> client.deleteTable(request -> request.tableName(name)));
    await("is still being deleted", Optional::isEmpty);
  }

  private Optional<TableInfo> await(String still, Predicate<Optional<TableInfo>> done) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long pause = 50;
    while (true) {
      Optional<TableInfo> found = TableInfo.find(calls, name);
      if (done.test(found)) {
        return found;
      }
      if (System.nanoTime() > deadline) {
        throw new Refusal(
            label + " " + still + " after " + PATIENCE.toMinutes() + " minutes",
            "Look into the AWS console.");
      }
      Calls.sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}
