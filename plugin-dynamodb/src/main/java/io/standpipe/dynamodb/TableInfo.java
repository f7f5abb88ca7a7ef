package io.standpipe.dynamodb;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * What DynamoDB tells about a table.
 *
 * @param name as it is configured, which may be an ARN
 * @param paths the ways to its items, the one by its own keys first
 * @param bytes its size, up to six hours old
 * @param writeUnits provisioned write capacity in a second, 0 if on demand
 */
record TableInfo(
    String name, List<Path> paths, long bytes, String status, long items, long writeUnits)
    implements Serializable {

  /**
   * A key attribute.
   *
   * @param type {@code S}, {@code N} or {@code B}
   */
  record Key(String name, String type) implements Serializable {}

  /**
   * The table itself or a secondary index. An index has only the items that have its keys.
   *
   * @param index its name, empty for the table
   * @param keys the partition key and, if there is one, the sort key
   * @param global whether it may lag behind the table
   * @param wholeItems whether its items have all attributes
   * @param readUnits provisioned read capacity in a second, 0 if on demand
   */
  record Path(String index, List<Key> keys, boolean global, boolean wholeItems, long readUnits)
      implements Serializable {

    Key partitionKey() {
      return keys.get(0);
    }

    Optional<Key> sortKey() {
      return keys.size() > 1 ? Optional.of(keys.get(1)) : Optional.empty();
    }

    boolean isKey(String attribute) {
      return keys.stream().map(Key::name).anyMatch(attribute::equals);
    }
  }

  /**
   * Asks DynamoDB; empty if there is no such table.
   *
   * @throws RequestFailure if it cannot be asked
   */
  static Optional<TableInfo> find(Calls calls, String table) {
    try {
      return Optional.of(require(calls, table));
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

  /** What an answer says. */
  static TableInfo of(String name, TableDescription table) {
    List<Path> paths = new ArrayList<>();
    long readUnits = readUnits(table.provisionedThroughput());
    paths.add(new Path("", keys(table, table.keySchema()), false, true, readUnits));
    table
        .localSecondaryIndexes()
        .forEach(
            index ->
                paths.add(
                    new Path(
                        index.indexName(),
                        keys(table, index.keySchema()),
                        false,
                        whole(index.projection()),
                        readUnits)));
    table.globalSecondaryIndexes().stream()
        .filter(TableInfo::readable)
        .forEach(
            index ->
                paths.add(
                    new Path(
                        index.indexName(),
                        keys(table, index.keySchema()),
                        true,
                        whole(index.projection()),
                        readUnits(index.provisionedThroughput()))));
    return new TableInfo(
        name,
        List.copyOf(paths),
        orZero(table.tableSizeBytes()),
        table.tableStatusAsString(),
        orZero(table.itemCount()),
        table.provisionedThroughput() == null
            ? 0
            : orZero(table.provisionedThroughput().writeCapacityUnits()));
  }

  /** An index that is being filled lacks items; one of more than two keys has another meaning. */
  private static boolean readable(GlobalSecondaryIndexDescription index) {
    boolean complete =
        index.indexStatus() == IndexStatus.ACTIVE || index.indexStatus() == IndexStatus.UPDATING;
    return complete
        && Stream.of(KeyType.HASH, KeyType.RANGE)
            .allMatch(
                type ->
                    index.keySchema().stream().filter(key -> key.keyType() == type).count() <= 1);
  }

  private static long readUnits(ProvisionedThroughputDescription throughput) {
    return throughput == null ? 0 : orZero(throughput.readCapacityUnits());
  }

  private static long orZero(Long number) {
    return number == null ? 0 : number;
  }

  private static boolean whole(Projection projection) {
    return projection != null && projection.projectionType() == ProjectionType.ALL;
  }

  private static List<Key> keys(TableDescription table, List<KeySchemaElement> schema) {
    return Stream.of(KeyType.HASH, KeyType.RANGE)
        .flatMap(type -> schema.stream().filter(element -> element.keyType() == type))
        .map(element -> new Key(element.attributeName(), attributeType(table, element)))
        .toList();
  }

  private static String attributeType(TableDescription table, KeySchemaElement element) {
    return table.attributeDefinitions().stream()
        .filter(definition -> definition.attributeName().equals(element.attributeName()))
        .map(AttributeDefinition::attributeTypeAsString)
        .findFirst()
        .orElseThrow();
  }

  /** The way by the table's own keys. */
  Path primary() {
    return paths.get(0);
  }

  List<Key> keys() {
    return primary().keys();
  }

  List<String> keyNames() {
    return keys().stream().map(Key::name).toList();
  }

  /** The names of its secondary indexes. */
  List<String> indexNames() {
    return paths.stream().skip(1).map(Path::index).toList();
  }

  /** Whether it will take requests, or be gone, in a while. */
  boolean changing() {
    return status.equals(TableStatus.CREATING.toString())
        || status.equals(TableStatus.DELETING.toString());
  }

  /** Whether it takes requests. */
  boolean active() {
    return status.equals(TableStatus.ACTIVE.toString())
        || status.equals(TableStatus.UPDATING.toString());
  }
}
