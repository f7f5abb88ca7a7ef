package io.standpipe.dynamodb;

import java.util.Map;
import java.util.function.BiFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * Reads the table.
 *
 * @param consistent whether all writes are seen that were answered before
 */
record Reads(DynamoDbConfig config, SparkSession session, boolean consistent) {

  Dataset<Row> read() {
    return read((table, schema) -> schema);
  }

  /** With the columns of {@link RawKeys} besides. */
  Dataset<Row> withKeys() {
    return read((table, schema) -> RawKeys.beside(schema, table));
  }

  private Dataset<Row> read(BiFunction<TableInfo, StructType, StructType> columns) {
    try (Calls calls = Access.of(config).open()) {
      TableInfo table = TableInfo.require(calls, config.table());
      new AccessPath(config, table, new Filters(new StructType()), consistent).scan();
      StructType schema = config.declaredSchema().orElseGet(() -> inferred(calls, table));
      Kinds.requireStorable(config.label(), schema);
      return rows(table, columns.apply(table, schema));
    }
  }

  /** The rows with columns of one's own choice. */
  Dataset<Row> rows(TableInfo table, StructType schema) {
    int parallelism = session.sparkContext().defaultParallelism();
    DynamoDbTable source =
        new DynamoDbTable(
            config, table, nullable(schema), parallelism, Units.tasksAtOnce(session), consistent);
    return Dataset.ofRows(
        session, DataSourceV2Relation.create(source, Option.empty(), Option.empty()));
  }

  /** Any attribute may be missing, whatever the declaration says. */
  private static StructType nullable(StructType schema) {
    return schema.asNullable();
  }

  private StructType inferred(Calls calls, TableInfo table) {
    SchemaInference inference = new SchemaInference(config.label());
    Map<String, AttributeValue> position = Map.of();
    int left = config.sampleItems();
    do {
      int limit = left;
      Map<String, AttributeValue> start = position.isEmpty() ? null : position;
      ScanResponse page =
          calls.call(
              "read " + config.label(),
              client ->
                  client.scan(
                      request ->
                          request
                              .tableName(config.table())
                              .limit(limit)
                              .indexName(config.index().orElse(null))
                              .consistentRead(consistent)
                              .exclusiveStartKey(start)));
      page.items().forEach(inference::add);
      left -= page.items().size();
      position = page.lastEvaluatedKey();
    } while (left > 0 && !position.isEmpty());
    return inference.schema(table);
  }
}
