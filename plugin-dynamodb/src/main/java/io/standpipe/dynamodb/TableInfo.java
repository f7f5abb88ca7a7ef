package io.standpipe.dynamodb;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * What DynamoDB tells about a table.
 *
 * @param name as it is configured, which may be an ARN
 * @param keys the partition key and, if there is one, the sort key
 * @param bytes its size, up to six hours old
 */
record TableInfo(String name, List<Key> keys, long bytes, String status, long items)
    implements Serializable {

  /**
   * A key attribute.
   *
   * @param type {@code S}, {@code N} or {@code B}
   */
  record Key(String name, String type) implements Serializable {}

  /**
   * Asks DynamoDB; empty if there is no such table.
   *
   * @throws RequestFailure if it cannot be asked
   */
  static Optional<TableInfo> find(Calls calls, String table) {
    try {
      return Optional.of(
          calls.call("open " + calls.label(), client -> of(table, described(client, table))));
    } catch (RequestFailure e) {
      if (e.code().equals("ResourceNotFoundException")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Asks DynamoDB.
   *
   * @throws RequestFailure if there is no such table
   */
  static TableInfo require(Calls calls, String table) {
    return calls.call("open " + calls.label(), client -> of(table, described(client, table)));
  }

  private static TableDescription described(DynamoDbClient client, String table) {
    return client.describeTable(request -> request.tableName(table)).table();
  }

  private static TableInfo of(String name, TableDescription table) {
    List<Key> keys = new ArrayList<>();
    for (KeyType type : List.of(KeyType.HASH, KeyType.RANGE)) {
      table.keySchema().stream()
          .filter(element -> element.keyType() == type)
          .map(element -> new Key(element.attributeName(), attributeType(table, element)))
          .forEach(keys::add);
    }
    return new TableInfo(
        name,
        List.copyOf(keys),
        table.tableSizeBytes() == null ? 0 : table.tableSizeBytes(),
        table.tableStatusAsString(),
        table.itemCount() == null ? 0 : table.itemCount());
  }

  private static String attributeType(
      TableDescription table,
      software.amazon.awssdk.services.dynamodb.model.KeySchemaElement element) {
    return table.attributeDefinitions().stream()
        .filter(definition -> definition.attributeName().equals(element.attributeName()))
        .map(definition -> definition.attributeTypeAsString())
        .findFirst()
        .orElseThrow();
  }

  Key partitionKey() {
    return keys.get(0);
  }

  Optional<Key> sortKey() {
    return keys.size() > 1 ? Optional.of(keys.get(1)) : Optional.empty();
  }

  List<String> keyNames() {
    return keys.stream().map(Key::name).toList();
  }

  boolean isKey(String attribute) {
    return keyNames().contains(attribute);
  }

  /** Whether it takes requests. */
  boolean active() {
    return status.equals(TableStatus.ACTIVE.toString())
        || status.equals(TableStatus.UPDATING.toString());
  }
}
