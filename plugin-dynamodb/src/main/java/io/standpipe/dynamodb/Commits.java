package io.standpipe.dynamodb;

import io.standpipe.spi.CommitToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The table {@code commitTable}: the tokens of the appends that have committed, with the table that
 * they went to. DynamoDB removes a token after 30 days.
 */
record Commits(DynamoDbConfig config, String table) {
  private static final Duration KEPT = Duration.ofDays(30);
  private static final String TOKEN = "token";
  private static final String EXPIRES = "expires";

  /** Whether an append with this token has committed. Creates the table if it is missing. */
  boolean has(CommitToken token) {
    try (Calls calls = Access.of(config).open()) {
      prepare(calls);
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

  /** Sees to the table, and that it forgets: a write may have been killed after it had made it. */
  private void prepare(Calls calls) {
    TableLife life =
        new TableLife(
            calls, table, "the table '" + table + "' for the commit tokens of " + config.label());
    TableInfo found = life.settled().orElseGet(() -> life.create(request()));
    if (found.items() == 0) {
      life.expireBy(EXPIRES);
    }
  }

  private CreateTableRequest request() {
    return CreateTableRequest.builder()
        .tableName(table)
        .keySchema(key -> key.attributeName(TOKEN).keyType(KeyType.HASH))
        .attributeDefinitions(key -> key.attributeName(TOKEN).attributeType(ScalarAttributeType.S))
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .build();
  }
}
