package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads a table or query through Spark's JDBC source. */
record TableReader(JdbcConfig config, ConnectionSettings settings) {

  Dataset<Row> read(SparkSession session) {
    ReadDialect.register();
    return SqlErrors.translate(
        "read " + what(),
        settings,
        () -> {
          try (Connection connection = settings.open()) {
            String relation = relation(connection);
            Dataset<Row> rows = load(session, connection, relation);
            return declared(divided(session, connection, relation, rows));
          }
        });
  }

  private Dataset<Row> divided(
      SparkSession session, Connection connection, String relation, Dataset<Row> rows)
      throws SQLException {
    if (config.partitionColumn().isEmpty()) {
      return rows;
    }
    String[] conditions =
        new Partitioning(config, connection, relation)
            .conditions(rows.schema(), session.conf().get("spark.sql.session.timeZone"));
    return conditions.length == 0
        ? rows
        : reader(session)
            .jdbc(ReadDriver.PREFIX + settings.url(), relation, conditions, new Properties());
  }

  /** What is read, for messages. */
  String what() {
    return config.table().map(table -> "table '" + table + "'").orElse("the query");
  }

  /** What stands after FROM. */
  String relation(Connection connection) throws SQLException {
    if (config.table().isPresent()) {
      return new Catalog(connection, settings.dialect())
          .require(TableName.parse(config.table().get()))
          .sql();
    }
    // The line break ends a comment at the query's end.
    return "("
        + config.query().orElseThrow().strip().replaceFirst(";$", "")
        + "\n) standpipe_query";
  }

  private Dataset<Row> load(SparkSession session, Connection connection, String relation)
      throws SQLException {
    try {
      return reader(session).option("dbtable", relation).load();
    } catch (Exception e) {
      // Spark throws checked exceptions undeclared.
      Optional<SQLException> sql = SqlErrors.find(e, SQLException.class);
      if (sql.isPresent() && !e.getClass().getName().startsWith("org.apache.spark")) {
        throw sql.get();
      }
      throw refused(session, connection, relation, e);
    }
  }

  private DataFrameReader reader(SparkSession session) {
    return session
        .read()
        .format("jdbc")
        .options(ReadDriver.options(settings))
        .option("fetchsize", config.fetchSize());
  }

  /** Finds the column that Spark refuses, by asking for each alone. */
  private ConnectorException refused(
      SparkSession session, Connection connection, String relation, Exception error)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + relation + " WHERE 1=0")) {
      ResultSetMetaData meta = none.getMetaData();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        String column = TableId.quote(meta.getColumnLabel(i));
        try {
          reader(session)
              .option("dbtable", "(SELECT " + column + " FROM " + relation + ") one_column")
              .load();
        } catch (Exception e) {
          return new ConnectorException(
              "column '"
                  + meta.getColumnLabel(i)
                  + "' of "
                  + what()
                  + " has the type "
                  + meta.getColumnTypeName(i)
                  + ", which Spark cannot read",
              "Read with 'query' and cast it there, for example CAST(" + column + " AS varchar).",
              error);
        }
      }
    }
    return SqlErrors.translated("read " + what(), settings, error);
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
            .map(name -> functions.col("`" + name.replace("`", "``") + "`").as(name))
            .toArray(Column[]::new));
  }
}
