package io.standpipe.tck;

import static org.apache.spark.sql.functions.col;

import io.standpipe.spi.Identifiers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/** The rows that behaviours write. All have the key {@code id}, a BIGINT. */
final class Rows {
  /** The columns of {@link #numbers}. */
  static final StructType NUMBERS =
      new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);

  private Rows() {}

  /** Columns as Spark DDL, without what must not be NULL. */
  static String ddl(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> Identifiers.quoted(field.name()) + " " + field.dataType().sql())
        .collect(Collectors.joining(", "));
  }

  /** Rows from Spark SQL. */
  static Dataset<Row> sql(SparkSession spark, String query) {
    return spark.sql(query);
  }

  /**
   * {@code id} from one number to before another, and its text as {@code name}, which may be NULL
   * but is not.
   */
  static Dataset<Row> numbers(SparkSession spark, long from, long to) {
    return spark.range(from, to, 1, 2).selectExpr("id", "nullif(concat('row ', id), '') AS name");
  }

  /** Twelve rows to be searched: texts, numbers, a date, a boolean, NULL in every column. */
  static Dataset<Row> searched(SparkSession spark) {
    return sql(
        spark,
        """
        SELECT CAST(id AS BIGINT) AS id, name, CAST(amount AS DOUBLE) AS amount, day, active, note
        FROM VALUES
          (1, 'alpha', 1.5, DATE'2024-01-15', true, 'first'),
          (2, 'beta', 2.5, DATE'2024-02-01', false, NULL),
          (3, 'gamma', NULL, DATE'2024-02-29', true, 'a_c'),
          (4, 'a_c', -3.25, NULL, false, 'abc'),
          (5, 'abc', 0, DATE'1969-12-31', true, ''),
          (6, NULL, 10, DATE'2024-12-31', NULL, '100%'),
          (7, 'łąka', 1e10, DATE'1999-01-01', true, 'a\\\\b'),
          (8, 'O''Brien', 7, DATE'2000-02-29', false, 'ALPHA'),
          (9, 'Alpha', 8, DATE'2024-01-15', true, ' lead'),
          (10, '', 9, DATE'2024-02-02', false, 'trail '),
          (11, 'delta', -0.5, DATE'2024-02-03', true, 'x'),
          (12, 'alphabet', 12, DATE'2030-01-01', false, NULL)
          AS t(id, name, amount, day, active, note)
        """);
  }

  /** The rows as text that says exactly what they are, sorted. */
  static List<String> texts(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      columns.add(text(field));
    }
    return rows.select(columns.toArray(Column[]::new)).collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  /** One column as texts, by {@code id}. */
  static List<String> texts(Dataset<Row> rows, String column) {
    return textsByColumn(rows.select("id", Identifiers.quoted(column))).get(column);
  }

  /** Each column as texts, by {@code id}. */
  static Map<String, List<String>> textsByColumn(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>(List.of(col("id")));
    for (StructField field : rows.schema().fields()) {
      columns.add(text(field));
    }
    List<Row> found = new ArrayList<>(rows.select(columns.toArray(Column[]::new)).collectAsList());
    found.sort(Comparator.comparingLong(row -> row.getLong(0)));
    Map<String, List<String>> texts = new HashMap<>();
    for (int i = 1; i < columns.size(); i++) {
      int index = i;
      texts.put(
          rows.columns()[i - 1],
          found.stream().map(row -> String.valueOf(row.get(index))).toList());
    }
    return texts;
  }

  private static Column text(StructField field) {
    Column column = Identifiers.column(field.name());
    if (field.dataType() instanceof BinaryType) {
      return functions.hex(column);
    }
    // As a point in time: as text it would depend on the session's zone.
    return field.dataType() instanceof TimestampType
        ? functions.unix_micros(column)
        : column.cast("string");
  }

  /** The names of the columns. */
  static List<String> columns(Dataset<Row> rows) {
    return Arrays.asList(rows.columns());
  }
}
