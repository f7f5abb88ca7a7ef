package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What is read and how it is reached; stays on the driver.
 *
 * @param what is read, for messages
 * @param table empty if it is a query
 * @param relation what stands after FROM
 * @param partitioning how the user wants the rows divided
 */
record ReadSource(
    SparkSession session,
    JdbcConfig config,
    ConnectionSettings settings,
    String what,
    Optional<TableId> table,
    String relation,
    List<ReadColumn> columns,
    Optional<Partitioning> partitioning) {

  ReadSource {
    columns = List.copyOf(columns);
  }

  ReadDialect reading() {
    return settings.dialect().reading();
  }

  <T> T connected(ConnectionSettings.Work<T> work) {
    return SqlErrors.translate("read " + what, settings, () -> settings.use(work));
  }

  /** Whether several queries may come into question. */
  boolean isDivisible() {
    return config.partitions() > 1
        && (partitioning.isPresent() || (table.isPresent() && reading().hasSnapshots()));
  }

  /** The conditions under which queries share the rows among them; an empty one is all rows. */
  List<String> divide(Connection connection, ReadQuery query) throws SQLException {
    return partitioning.isPresent()
        ? partitioning.get().conditions(connection, relation)
        : reading().divide(connection, table.orElseThrow(), query, config.partitions());
  }

  StructType schema() {
    return ReadQuery.all(relation, columns).schema();
  }

  /** For plans. */
  String name() {
    return "jdbc " + table.map(TableId::toString).orElse("query");
  }

  /** Nothing of the settings. */
  @Override
  public String toString() {
    return name();
  }
}
