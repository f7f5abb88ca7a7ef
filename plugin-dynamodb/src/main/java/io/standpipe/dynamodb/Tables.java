package io.standpipe.dynamodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.types.StructType;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/** Creates and drops the table. Both wait until DynamoDB has done it. */
record Tables(DynamoDbConfig config, Calls calls) {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long LONGEST_PAUSE = 2_000;

  /**
   * Creates the table without items.
   *
   * @throws Refusal if it is there, or no partition key is configured
   */
  TableInfo create(StructType schema) {
    if (config.partitionKey().isEmpty()) {
      throw new Refusal(
          "cannot create " + config.label() + ": its partition key is not known",
          "Set 'partitionKey' to one of the columns " + List.of(schema.fieldNames()) + ".");
    }
    Kinds.requireStorable(config.label(), schema);
    List<KeySchemaElement> keys = new ArrayList<>();
    List<AttributeDefinition> types = new ArrayList<>();
    addKey(config.partitionKey().get(), KeyType.HASH, schema, keys, types);
    config.sortKey().ifPresent(name -> addKey(name, KeyType.RANGE, schema, keys, types));
    CreateTableRequest.Builder request =
        CreateTableRequest.builder()
            .tableName(config.table())
            .keySchema(keys)
            .attributeDefinitions(types);
    if (config.readCapacity().isPresent()) {
      request
          .billingMode(BillingMode.PROVISIONED)
          .provisionedThroughput(
              units ->
                  units
                      .readCapacityUnits(config.readCapacity().get())
                      .writeCapacityUnits(config.writeCapacity().orElseThrow()));
    } else {
      request.billingMode(BillingMode.PAY_PER_REQUEST);
    }
    create(request.build());
    TableInfo table =
        await("is still being created", found -> found.filter(TableInfo::active).isPresent())
            .orElseThrow();
    config.ttlAttribute().ifPresent(this::expireBy);
    return table;
  }

  private void create(CreateTableRequest request) {
    try {
      calls.call("create " + config.label(), client -> client.createTable(request));
    } catch (RequestFailure e) {
      if (e.code().equals("ResourceInUseException")) {
        throw new Refusal(
            "cannot create " + config.label() + ": it is there already",
            "Write to it, or drop it before.");
      }
      throw e;
    }
  }

  private void addKey(
      String name,
      KeyType role,
      StructType schema,
      List<KeySchemaElement> keys,
      List<AttributeDefinition> types) {
    if (!List.of(schema.fieldNames()).contains(name)) {
      throw new Refusal(
          "cannot create "
              + config.label()
              + ": its key '"
              + name
              + "' is none of the columns "
              + List.of(schema.fieldNames()),
          "Correct 'partitionKey' and 'sortKey'.");
    }
    String type = Kinds.stored(schema.apply(name).dataType()).orElseThrow();
    if (!List.of("S", "N", "B").contains(type)) {
      throw new Refusal(
          "cannot create "
              + config.label()
              + ": its key '"
              + name
              + "' is "
              + schema.apply(name).dataType().simpleString(),
          "A key is text, a number or binary.");
    }
    keys.add(KeySchemaElement.builder().attributeName(name).keyType(role).build());
    types.add(AttributeDefinition.builder().attributeName(name).attributeType(type).build());
  }

  private void expireBy(String attribute) {
    calls.call(
        "set the time to live of " + config.label(),
        (DynamoDbClient client) ->
            client.updateTimeToLive(
                request ->
                    request
                        .tableName(config.table())
                        .timeToLiveSpecification(
                            ttl -> ttl.enabled(true).attributeName(attribute))));
  }

  /**
   * Removes the table.
   *
   * @throws RequestFailure if it is not there
   */
  void drop() {
    calls.call(
        "drop " + config.label(),
        client -> client.deleteTable(request -> request.tableName(config.table())));
    await("is still being deleted", Optional::isEmpty);
  }

  private Optional<TableInfo> await(String still, Predicate<Optional<TableInfo>> done) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long pause = 50;
    while (true) {
      Optional<TableInfo> found = TableInfo.find(calls, config.table());
      if (done.test(found)) {
        return found;
      }
      if (System.nanoTime() > deadline) {
        throw new Refusal(
            config.label() + " " + still + " after " + PATIENCE.toMinutes() + " minutes",
            "Look into the AWS console.");
      }
      Calls.sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}
