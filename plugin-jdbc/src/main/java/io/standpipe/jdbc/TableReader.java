package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** Reads a table or query. */
record TableReader(JdbcConfig config, ConnectionSettings settings) {

  /** The rows; reads only what it takes to know the columns. */
  Dataset<Row> read(SparkSession session) {
    ReadSource source =
        SqlErrors.translate(
            "read " + what(),
            settings,
            () -> settings.use(connection -> source(session, connection)));
    return declared(
        Dataset.ofRows(
            session,
            DataSourceV2Relation.create(new ReadTable(source), Option.empty(), Option.empty())));
  }

  private ReadSource source(SparkSession session, Connection connection) throws SQLException {
    Optional<TableId> table = table(connection);
    String relation = relation(table);
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + relation + " WHERE 1=0")) {
      List<ReadColumn> columns = settings.dialect().reading().columns(connection, none, what());
      Optional<Partitioning> partitioning =
          Partitioning.of(
              config,
              ReadQuery.all(relation, columns).schema(),
              session.conf().get("spark.sql.session.timeZone"));
      return new ReadSource(
          session, config, settings, what(), table, relation, columns, partitioning);
    }
  }

  /** What is read, for messages. */
  String what() {
    return config.table().map(table -> "table '" + table + "'").orElse("the query");
  }

  /** What stands after FROM. */
  String relation(Connection connection) throws SQLException {
    return relation(table(connection));
  }

  private Optional<TableId> table(Connection connection) throws SQLException {
    return config.table().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Catalog(connection, settings.dialect())
                .require(TableName.parse(config.table().get())));
  }

  private String relation(Optional<TableId> table) {
    // The line break ends a comment at the query's end.
    return table
        .map(TableId::sql)
        .orElseGet(
            () ->
                "("
                    + config.query().orElseThrow().strip().replaceFirst(";$", "")
                    + "\n) standpipe_query");
  }

  /** The declared columns, once it is known that the table has them. */
  private Dataset<Row> declared(Dataset<Row> rows) {
    if (config.schema().isEmpty()) {
      return rows;
    }
    StructType actual = rows.schema();
    List<String> names = List.of(actual.fieldNames());
    StructType declared = StructType.fromDDL(config.schema().get());
    for (StructField field : declared.fields()) {
      String name = ColumnMatch.resolve("declared column", List.of(field.name()), names).get(0);
      StructField found = actual.fields()[names.indexOf(name)];
      if (!found.dataType().equals(field.dataType())) {
        throw new ConnectorException(
            "column '"
                + name
                + "' of "
                + what()
                + " is "
                + found.dataType().simpleString()
                + ", but declared as "
                + field.dataType().simpleString(),
            "Correct 'schema'.");
      }
    }
    return rows.select(
        Arrays.stream(declared.fieldNames())
            .map(name -> Identifiers.column(name).as(name))
            .toArray(Column[]::new));
  }
}
