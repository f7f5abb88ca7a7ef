package io.standpipe.dynamodb;

import io.standpipe.spi.CommitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The table {@code commitTable}: the tokens of the appends that have committed, with the table that
 * they went to. DynamoDB removes a token after 30 days.
 */
record Commits(DynamoDbConfig config, String table) {
  private static final Duration KEPT = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String TOKEN = "token";
  private static final String EXPIRES = "expires";

  /** Whether an append with this token has committed. Creates the table if it is missing. */
  boolean has(CommitToken token) {
    try (Calls calls = Access.of(config).open()) {
      if (!isActive(calls)) {
        create(calls);
      }
      return calls.call(
          "look up a commit token for " + config.label(),
          client ->
              client
                  .getItem(get -> get.tableName(table).key(key(token)).consistentRead(true))
                  .hasItem());
    }
  }

  /** Notes that all rows of the append are written, and forgets the token that this outlives. */
  void add(CommitToken token) {
    String expires = Long.toString(Instant.now().plus(KEPT).getEpochSecond());
    Map<String, AttributeValue> item =
        Map.of(TOKEN, key(token).get(TOKEN), EXPIRES, AttributeValue.fromN(expires));
    try (Calls calls = Access.of(config).open()) {
      calls.call(
          "note the commit token of " + config.label(),
          client -> client.putItem(put -> put.tableName(table).item(item)));
      token
          .outlived()
          .ifPresent(
              outlived ->
                  calls.call(
                      "forget a commit token of " + config.label(),
                      client ->
                          client.deleteItem(delete -> delete.tableName(table).key(key(outlived)))));
    }
  }

  private Map<String, AttributeValue> key(CommitToken token) {
    return Map.of(TOKEN, AttributeValue.fromS(config.table() + "/" + token.value()));
  }

  private boolean isActive(Calls calls) {
    Optional<TableInfo> found = TableInfo.find(calls, table);
    return found.filter(TableInfo::active).isPresent();
  }

  private void create(Calls calls) {
    String action = "create the table '" + table + "' for the commit tokens of " + config.label();
    boolean mine = createUnlessThere(calls, action);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isActive(calls)) {
      if (System.nanoTime() > deadline) {
        throw new Refusal(
            "cannot " + action + ": it is not active after " + PATIENCE.toMinutes() + " minutes",
            "Look into the AWS console.");
      }
      Calls.sleep(200);
    }
    if (mine) {
      calls.call(
          action,
          client ->
              client.updateTimeToLive(
                  request ->
                      request
                          .tableName(table)
                          .timeToLiveSpecification(
                              ttl -> ttl.enabled(true).attributeName(EXPIRES))));
    }
  }

  /** Whether it was this write that created it. */
  private boolean createUnlessThere(Calls calls, String action) {
    try {
      calls.call(
          action,
          client ->
              client.createTable(
                  request ->
                      request
                          .tableName(table)
                          .keySchema(key -> key.attributeName(TOKEN).keyType(KeyType.HASH))
                          .attributeDefinitions(
                              key -> key.attributeName(TOKEN).attributeType(ScalarAttributeType.S))
                          .billingMode(BillingMode.PAY_PER_REQUEST)));
      return true;
    } catch (RequestFailure e) {
      if (e.code().equals("ResourceInUseException")) {
        return false;
      }
      throw e;
    }
  }
}
