package io.standpipe.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/** Creates and drops the configured table. Both wait until DynamoDB has done it. */
record Tables(DynamoDbConfig config, Calls calls) {

  /**
   * Creates the table without items. One that is just being created is taken for that of an earlier
   * attempt.
   *
   * @throws Refusal if it is there, or no partition key is configured
   */
  TableInfo create(StructType schema) {
    CreateTableRequest request = request(schema);
    TableLife life = life();
    if (TableInfo.find(calls, config.table()).filter(found -> !found.changing()).isPresent()) {
      throw life.isThere();
    }
    TableInfo table =
        life.settled()
            .map(found -> life.requireKeys(found, request))
            .orElseGet(() -> life.create(request));
    config.ttlAttribute().ifPresent(life::expireBy);
    return table;
  }

  /**
   * The table, which is created if it is missing and its key is configured. A table of the
   * configured key without items may be that of a write that was killed before its time to live was
   * set.
   */
  TableInfo orCreated(StructType schema) {
    if (config.partitionKey().isEmpty()) {
      return TableInfo.require(calls, config.table());
    }
    TableLife life = life();
    Optional<TableInfo> table = life.settled();
    table
        .filter(found -> found.items() == 0)
        .flatMap(found -> config.ttlAttribute())
        .ifPresent(life::expireBy);
    return table.orElseGet(() -> create(schema));
  }

  /** Whether it is there; waits while it is being created or deleted. */
  boolean exists() {
    return life().settled().isPresent();
  }

  void drop() {
    life().drop();
  }

  private TableLife life() {
    return new TableLife(calls, config.table(), config.label());
  }

  /**
   * What to create.
   *
   * @throws Refusal if no partition key is configured, or the schema does not fit
   */
  private CreateTableRequest request(StructType schema) {
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
    return request.build();
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
}
