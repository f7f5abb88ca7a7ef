package io.standpipe.tck;

import io.standpipe.spi.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Values of one type that must come back as they were written, and NULL among them.
 *
 * @param type in Spark SQL
 * @param values Spark SQL
 */
record TypeCase(Behaviour behaviour, String type, List<String> values) {
  static final Behaviour ROUND_TRIP = Behaviour.of(24, "round trip");
  static final Behaviour VALUES = Behaviour.of(25, "difficult values");
  static final Behaviour NESTED = Behaviour.of(26, "nested types");

  TypeCase {
    values = List.copyOf(values);
  }

  private static TypeCase of(Behaviour behaviour, String variant, String type, String... values) {
    return new TypeCase(behaviour.variant(variant), type, List.of(values));
  }

  private static TypeCase simple(String type, String... values) {
    return of(ROUND_TRIP, type.toLowerCase(java.util.Locale.ROOT), type, values);
  }

  private static TypeCase limits(String type, String... values) {
    return of(ROUND_TRIP, type.toLowerCase(java.util.Locale.ROOT) + ", min and max", type, values);
  }

  static List<TypeCase> all() {
    List<TypeCase> all = new ArrayList<>();
    all.addAll(simple());
    all.addAll(limits());
    all.addAll(numbersAndTimes());
    all.addAll(texts());
    all.addAll(nested());
    return all;
  }

  private static List<TypeCase> simple() {
    return List.of(
        simple("BOOLEAN", "true", "false"),
        simple("TINYINT", "7", "-7"),
        simple("SMALLINT", "700", "-700"),
        simple("INT", "70000", "0"),
        simple("BIGINT", "7000000000", "-1"),
        simple("FLOAT", "1.5", "-0.1"),
        simple("DOUBLE", "1.5", "-0.1", "1e100"),
        simple("DECIMAL(9,2)", "12.34", "-0.05"),
        simple("DECIMAL(38,18)", "12345678901234567890.123456789012345678", "-0.5"),
        simple("DECIMAL(38,0)", "1", "-12345678901234567890"),
        simple("STRING", "'text'", "'x'"),
        simple("BINARY", "X'00FF10'", "X'01'"),
        simple("DATE", "'2024-02-29'", "'1969-12-31'"),
        simple("TIMESTAMP", "'2024-02-29 12:34:56'", "'2000-01-01 00:00:00'"),
        simple("TIMESTAMP_NTZ", "'2024-02-29 12:34:56'", "'2000-01-01 00:00:00'"));
  }

  private static List<TypeCase> limits() {
    return List.of(
        limits("TINYINT", "-128", "127"),
        limits("SMALLINT", "-32768", "32767"),
        limits("INT", "-2147483648", "2147483647"),
        limits("BIGINT", "-9223372036854775808", "9223372036854775807"),
        limits("FLOAT", "'-3.4028235E38'", "'3.4028235E38'", "'1.4E-45'"),
        limits("DOUBLE", "'-1.7976931348623157E308'", "'1.7976931348623157E308'", "'4.9E-324'"),
        limits("DECIMAL(9,2)", "'-9999999.99'", "'9999999.99'"),
        limits(
            "DECIMAL(38,18)",
            "'-99999999999999999999.999999999999999999'",
            "'99999999999999999999.999999999999999999'"),
        limits(
            "DECIMAL(38,0)",
            "'-99999999999999999999999999999999999999'",
            "'99999999999999999999999999999999999999'"));
  }

  private static List<TypeCase> numbersAndTimes() {
    return List.of(
        of(VALUES, "NaN and infinity", "DOUBLE", "'NaN'", "'Infinity'", "'-Infinity'"),
        of(VALUES, "decimal with zeros at the end", "DECIMAL(12,4)", "'1.5000'", "'0.0000'"),
        of(VALUES, "date 0001-01-01", "DATE", "'0001-01-01'"),
        of(VALUES, "date 1582-10-05 to 14", "DATE", "'1582-10-05'", "'1582-10-10'", "'1582-10-14'"),
        of(VALUES, "date before 1582", "DATE", "'1500-03-01'", "'1582-10-04'", "'1000-02-28'"),
        of(VALUES, "date 9999-12-31", "DATE", "'9999-12-31'"),
        of(
            VALUES,
            "timestamp before 1970",
            "TIMESTAMP",
            "'1969-12-31 23:59:59.999999 UTC'",
            "'1900-01-01 00:00:00 UTC'"),
        of(
            VALUES,
            "timestamp with microseconds",
            "TIMESTAMP",
            "'2024-01-01 00:00:00.123456 UTC'",
            "'2001-12-31 23:59:59.999999 UTC'"),
        of(VALUES, "timestamp 9999", "TIMESTAMP", "'9999-12-31 12:00:00 UTC'"),
        of(
            VALUES,
            "timestamp without zone, microseconds",
            "TIMESTAMP_NTZ",
            "'2024-01-01 00:00:00.123456'"));
  }

  /** What the clocks of New York showed, where they skip an hour, or show one twice. */
  static List<TypeCase> ofClocks() {
    return List.of(
        of(
            VALUES,
            "timestamps around a change of the session's clocks",
            "TIMESTAMP",
            "'2024-03-10 01:59:59'",
            "'2024-03-10 02:30:00'",
            "'2024-11-03 01:30:00'"),
        of(VALUES, "timestamp of local time", "TIMESTAMP", "'1883-11-18 12:00:00'"),
        of(
            VALUES,
            "timestamp without zone in an hour that the zone skips",
            "TIMESTAMP_NTZ",
            "'2024-03-10 02:30:00'",
            "'2024-11-03 01:30:00'"));
  }

  private static List<TypeCase> texts() {
    return List.of(
        of(VALUES, "text łąka", "STRING", "'łąka'", "'Ωμέγα'", "'日本'"),
        of(VALUES, "text with emoji", "STRING", "'🚰'", "'a👨‍👩‍👧b'"),
        of(VALUES, "text with backslash", "STRING", "'a\\\\b'", "'\\\\N'", "'\\\\'"),
        of(VALUES, "text with newline", "STRING", "'a\\nb'", "'a\\r\\nb'", "'\\t'"),
        of(VALUES, "text with quotes", "STRING", "'a\"b'", "'a\\'b'", "'\"\"'", "'a,b;c|d'"),
        of(VALUES, "text with blanks at its ends", "STRING", "'a '", "' a'", "'  '"),
        of(VALUES, "empty text and NULL", "STRING", "''", "NULL", "'NULL'", "'null'"),
        of(VALUES, "long text", "STRING", "repeat('łx', 20000)"),
        of(VALUES, "binary", "BINARY", "X'0001027F80FEFF'", "unhex(repeat('00FF', 5000))"),
        of(VALUES, "empty binary and NULL", "BINARY", "X''", "NULL"));
  }

  private static List<TypeCase> nested() {
    return List.of(
        of(NESTED, "array", "ARRAY<INT>", "array(1, 2, 3)", "array(7)"),
        of(NESTED, "array of text", "ARRAY<STRING>", "array('a', 'ł', '')"),
        of(NESTED, "empty array and NULL", "ARRAY<INT>", "array()", "NULL"),
        of(NESTED, "array with NULL", "ARRAY<INT>", "array(1, NULL, 3)"),
        of(NESTED, "array of arrays", "ARRAY<ARRAY<INT>>", "array(array(1, 2), array(3))"),
        of(NESTED, "map", "MAP<STRING,INT>", "map('a', 1)", "map('x y', -1)"),
        of(NESTED, "map with number keys", "MAP<INT,STRING>", "map(1, 'a')"),
        of(
            NESTED,
            "struct",
            "STRUCT<a: INT, b: STRING>",
            "named_struct('a', 1, 'b', 'x')",
            "named_struct('a', 2, 'b', CAST(NULL AS STRING))"),
        of(
            NESTED,
            "array of structs",
            "ARRAY<STRUCT<a: INT, b: STRING>>",
            "array(named_struct('a', 1, 'b', 'x'), named_struct('a', 2, 'b', 'y'))"));
  }

  /** Rows with a column for each case, and a last row of NULLs. */
  static Dataset<Row> rows(SparkSession spark, List<TypeCase> cases, List<String> columns) {
    int rows = cases.stream().mapToInt(each -> each.values.size()).max().orElseThrow() + 1;
    String select =
        IntStream.range(0, cases.size())
            .mapToObj(i -> cases.get(i).expression() + " AS " + Identifiers.quoted(columns.get(i)))
            .collect(Collectors.joining(", "));
    return Rows.sql(spark, "SELECT id, %s FROM range(1, %d)".formatted(select, rows + 1));
  }

  private String expression() {
    return values.stream()
        .map(value -> "CAST(%s AS %s)".formatted(value, type))
        .collect(Collectors.joining(", ", "element_at(array(", "), CAST(id AS INT))"));
  }
}
