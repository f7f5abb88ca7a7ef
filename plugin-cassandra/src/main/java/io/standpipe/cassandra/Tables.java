package io.standpipe.cassandra;

import io.standpipe.cassandra.CassandraConfig.Clustering;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Creates and drops the table, and makes its keyspace if the configuration says how. */
final class Tables {
  private final CassandraConfig config;
  private final Cluster cluster;

  Tables(CassandraConfig config, Cluster cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  /** Whether a write may create the table. */
  boolean mayCreate() {
    return !config.partitionKey().isEmpty();
  }

  void create(StructType schema) {
    if (cluster.find().isPresent()) {
      throw new Problem.Refusal(
          "cannot create " + config.label() + ": it exists", "Drop it first, or use it as it is.");
    }
    if (!mayCreate()) {
      throw new Problem.Refusal(
          "cannot create " + config.label() + ": no partitionKey is configured",
          "Set the storage's option partitionKey, and clusteringColumns if there are some.");
    }
    requireKeys(schema);
    List<String> statements = new ArrayList<>();
    if (!config.replication().isEmpty()) {
      statements.add(createKeyspace());
    }
    statements.add(createTable(schema));
    cluster.ask(
        "create " + config.label(),
        session -> {
          statements.forEach(session::execute);
          return true;
        });
  }

  void drop() {
    cluster.require();
    cluster.ask(
        "drop " + config.label(),
        session -> session.execute("DROP TABLE " + config.qualifiedTable()));
  }

  private void requireKeys(StructType schema) {
    List<String> columns = List.of(schema.fieldNames());
    List<String> keys = new ArrayList<>(config.partitionKey());
    config.clustering().forEach(key -> keys.add(key.column()));
    keys.removeAll(columns);
    if (!keys.isEmpty()) {
      throw new Problem.Refusal(
          "cannot create "
              + config.label()
              + ": the rows have no columns "
              + keys
              + "; they have "
              + columns,
          "Correct partitionKey and clusteringColumns, or add the columns to the rows.");
    }
  }

  private String createKeyspace() {
    String replication =
        config.replication().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> Cql.text(entry.getKey()) + ": " + Cql.text(entry.getValue()))
            .collect(Collectors.joining(", "));
    return "CREATE KEYSPACE IF NOT EXISTS "
        + Cql.name(config.keyspace())
        + " WITH replication = {"
        + replication
        + "}";
  }

  private String createTable(StructType schema) {
    String columns =
        List.of(schema.fields()).stream()
            .map(column -> Cql.name(column.name()) + " " + type(column))
            .collect(Collectors.joining(", "));
    String key =
        "(" + config.partitionKey().stream().map(Cql::name).collect(Collectors.joining(", ")) + ")";
    String clustering =
        config.clustering().stream()
            .map(column -> ", " + Cql.name(column.column()))
            .collect(Collectors.joining());
    String order =
        config.clustering().stream()
            .map(column -> Cql.name(column.column()) + (column.descending() ? " DESC" : " ASC"))
            .collect(Collectors.joining(", "));
    return "CREATE TABLE "
        + config.qualifiedTable()
        + " ("
        + columns
        + ", PRIMARY KEY ("
        + key
        + clustering
        + "))"
        + (order.isEmpty() ? "" : " WITH CLUSTERING ORDER BY (" + order + ")");
  }

  private String type(StructField column) {
    boolean key =
        config.partitionKey().contains(column.name())
            || config.clustering().stream().map(Clustering::column).anyMatch(column.name()::equals);
    String named = config.columnTypes().get(column.name());
    String type = named == null ? CqlTypes.of(column) : named;
    return key && named == null && type.contains("<") ? "frozen<" + type + ">" : type;
  }
}
