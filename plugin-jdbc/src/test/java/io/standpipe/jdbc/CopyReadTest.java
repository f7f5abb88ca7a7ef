package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Verdict;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Every type of PostgreSQL has the values that the JDBC driver gives. */
class CopyReadTest {
  private static final Database POSTGRES = Database.POSTGRESQL;

  /** Shows days and instants by java.time, whose calendar is PostgreSQL's. */
  private static final SparkSession MODERN = SPARK.newSession();

  static {
    MODERN.conf().set("spark.sql.datetime.java8API.enabled", true);
  }

  private static Dataset<Row> read(String query) {
    return new JdbcQueryConnector(POSTGRES.config("query", query)).read(MODERN);
  }

  /** Reads the values of a type both ways. */
  private static void assertRead(String type, String shown, String... values) {
    StringBuilder rows = new StringBuilder("(NULL::").append(type).append(", 0)");
    for (int i = 0; i < values.length; i++) {
      rows.append(", (").append(values[i]).append("::").append(type).append(", ").append(i + 1);
      rows.append(")");
    }
    String query = "SELECT v FROM (VALUES " + rows + ") x(v, i) ORDER BY i";
    Dataset<Row> read = read(query);

    assertThat(read.schema().fields()[0].dataType().simpleString()).as(type).isEqualTo(shown);
    assertThat(read.collectAsList().stream().map(row -> plain(row.get(0))).toList())
        .as(type)
        .isEqualTo(byDriver(query, read.schema().fields()[0].dataType()));
  }

  private static Object plain(Object value) {
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    } else if (value instanceof scala.collection.Seq<?> seq) {
      List<Object> list = new ArrayList<>();
      JavaConverters.seqAsJavaListConverter(seq).asJava().forEach(item -> list.add(plain(item)));
      return list;
    }
    return value;
  }

  private static List<Object> byDriver(String query, DataType type) {
    List<Object> values = new ArrayList<>();
    try (Connection connection = POSTGRES.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        values.add(row.getObject(1) == null ? null : byDriver(row, type));
      }
      return values;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Object byDriver(ResultSet row, DataType type) throws SQLException {
    if (type instanceof DecimalType decimal) {
      return row.getBigDecimal(1).setScale(decimal.scale(), RoundingMode.HALF_UP);
    } else if (type.equals(DataTypes.ShortType)) {
      return row.getShort(1);
    } else if (type.equals(DataTypes.LongType)) {
      return row.getLong(1);
    } else if (type.equals(DataTypes.BinaryType)) {
      return Arrays.toString(row.getBytes(1));
    } else if (type.equals(DataTypes.DateType)) {
      return row.getObject(1, LocalDate.class);
    } else if (type.equals(DataTypes.TimestampNTZType)) {
      return row.getObject(1, LocalDateTime.class);
    } else if (type.equals(DataTypes.TimestampType)) {
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
    return type.equals(DataTypes.StringType) ? row.getString(1) : row.getObject(1);
  }

  @Test
  void read_numbersAndBooleans_areTheDriversValues() {
    assertRead("smallint", "smallint", "0", "'-32768'", "32767");
    assertRead("integer", "int", "0", "'-2147483648'", "2147483647");
    assertRead("bigint", "bigint", "0", "'-9223372036854775808'", "9223372036854775807");
    assertRead("oid", "bigint", "0", "4294967295");
    assertRead("real", "float", "0", "'-0'", "1.5e-45", "3.4e38", "'NaN'", "'-Infinity'");
    assertRead("double precision", "double", "0.1", "'-0'", "5e-324", "1.79e308", "'Infinity'");
    assertRead("boolean", "boolean", "true", "false");
  }

  @Test
  void read_numericOfEveryLengthAndScale_isTheDriversValue() {
    Random random = new Random(3);
    for (String type :
        List.of(
            "numeric(4,0)",
            "numeric(9,9)",
            "numeric(12,2)",
            "numeric(18,0)",
            "numeric(18,3)",
            "numeric(19,18)",
            "numeric(38,0)",
            "numeric(38,7)",
            "numeric(38,38)",
            "numeric(3,5)",
            "numeric(3,-2)",
            "numeric(45,10)")) {
      int[] numbers =
          Arrays.stream(type.split("[(,)]")).skip(1).mapToInt(Integer::parseInt).toArray();
      String[] values = new String[60];
      for (int i = 0; i < values.length; i++) {
        int digits = 1 + i % Math.min(numbers[0], 28);
        BigDecimal value = new BigDecimal(new java.math.BigInteger(digits * 3, random), numbers[1]);
        values[i] = "'" + (i % 2 == 0 ? value : value.negate()).toPlainString() + "'";
      }
      int precision = Math.max(numbers[0] - Math.min(0, numbers[1]), numbers[1]);
      int scale = Math.max(0, numbers[1]);
      assertRead(type, "decimal(" + Math.min(38, precision) + "," + scale + ")", values);
    }
    assertRead(
        "numeric",
        "decimal(38,18)",
        "0",
        "1e19",
        "1e-18",
        "'0.0000000000000000005'",
        "'-0.0000000000000000004999999999999999999999'",
        "'123456789012345.6789012345678901235'",
        "'99999999999999999999.999999999999999999'",
        "'0.1000000000000000000000000000000000000001'",
        "10000",
        "'10000.0001'",
        "'-0.9999999999999999995'");
  }

  @Test
  void read_textsAndTheirKin_areTheDriversValues() {
    assertRead("text", "string", "''", "'łąka 🚀'", "repeat('x', 300000)", "'NULL'", "E'a\\nb'");
    assertRead("varchar(5)", "string", "'a '", "''");
    assertRead("char(4)", "string", "'a'", "'abcd'");
    assertRead("name", "string", "'n'");
    assertRead("\"char\"", "string", "'n'");
    assertRead("json", "string", "'{\"a\":  1}'");
    assertRead("jsonb", "string", "'{\"a\":  [1, null]}'", "'\"ł\"'");
    assertRead("uuid", "string", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'");
    assertRead("xml", "string", "'<a>ł</a>'");
    assertRead("bytea", "binary", "''", "'\\x00ff7f80'", "convert_to(repeat('y', 99999), 'UTF8')");
  }

  @Test
  void read_daysAndTimes_areTheDriversValues() {
    assertRead(
        "date",
        "date",
        "'0001-01-01'",
        "'1582-10-04'",
        "'1582-10-05'",
        "'1582-10-14'",
        "'1582-10-15'",
        "'1969-12-31'",
        "'2024-02-29'",
        "'9999-12-31'");
    assertRead(
        "timestamp",
        "timestamp_ntz",
        "'0001-01-01 00:00'",
        "'1582-10-10 10:00'",
        "'1969-12-31 23:59:59.999999'",
        "'2024-03-31 02:30'",
        "'9999-12-31 23:59:59.999999'");
    assertRead(
        "timestamptz",
        "timestamp",
        "'0001-01-01 00:00+00'",
        "'1582-10-10 10:00+00'",
        "'1969-12-31 23:59:59.999999+00'",
        "'2024-10-27 00:30+00'",
        "'9999-12-31 23:59:59.999999+00'");
    assertRead("time", "string", "'23:59:59.999999'", "'24:00'");
    assertRead("timetz", "string", "'10:00+02'");
    assertRead("interval", "string", "'1 year 2 months 3 days 04:05:06.7'", "'-1 day'");
  }

  @Test
  void read_everythingElse_isTheDriversText() {
    POSTGRES.execute(
        "CREATE TYPE copy_mood AS ENUM ('happy', 'sad')",
        "CREATE TYPE copy_pair AS (a integer, b text)",
        "CREATE DOMAIN copy_small AS integer CHECK (VALUE < 10)",
        "CREATE DOMAIN copy_price AS numeric(8,2)");
    assertRead("copy_mood", "string", "'sad'");
    assertRead("copy_pair", "string", "'(1,\"x y\")'");
    assertRead("copy_small", "int", "7");
    assertRead("copy_price", "decimal(8,2)", "7.25");
    assertRead("inet", "string", "'10.0.0.1'", "'10.0.0.0/8'", "'::1'");
    assertRead("cidr", "string", "'10.0.0.0/8'");
    assertRead("macaddr", "string", "'08:00:2b:01:02:03'");
    assertRead("bit(3)", "string", "'101'");
    assertRead("varbit", "string", "'1'", "''");
    assertRead("int4range", "string", "'[1,5)'", "'empty'");
    assertRead("tsrange", "string", "'[2024-01-01, 2024-02-01)'");
    assertRead("point", "string", "'(1.5,2)'");
    assertRead("tsvector", "string", "'a fat cat'");
    assertRead("pg_lsn", "string", "'16/B374D848'");
  }

  @Test
  void read_arrays_areTheDriversElements() {
    assertThat(read("SELECT ARRAY[1, NULL, 3]::bigint[] v").first().getList(0))
        .isEqualTo(Arrays.asList(1L, null, 3L));
    Row row =
        read("SELECT '{}'::int[] a, ARRAY['a,b', NULL, ''] b, ARRAY[1.5, NULL]::numeric(30,2)[] c,"
                + " ARRAY[DATE '1582-10-10'] d, ARRAY[TIMESTAMP '2024-01-01 10:00'] e,"
                + " ARRAY['\\x00ff'::bytea] f, ARRAY['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid] g,"
                + " ARRAY['[1,3)'::int4range] h, ARRAY['10.0.0.1'::inet, NULL] i,"
                + " ARRAY['1 day'::interval] j, NULL::text[] k, ARRAY[true, false] l,"
                + " ARRAY[1.5::real] m, ARRAY['{\"a\": 1}'::jsonb] n, ARRAY[1.5, 1e10]::numeric[] o")
            .selectExpr("to_json(struct(*))")
            .first();
    assertThat(row.getString(0))
        .isEqualTo(
            "{\"a\":[],\"b\":[\"a,b\",null,\"\"],\"c\":[1.50,null],\"d\":[\"1582-10-10\"],"
                + "\"e\":[\"2024-01-01T10:00:00.000\"],\"f\":[\"AP8=\"],"
                + "\"g\":[\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"],\"h\":[\"[1,3)\"],"
                + "\"i\":[\"10.0.0.1\",null],\"j\":[\"1 day\"],\"l\":[true,false],\"m\":[1.5],"
                + "\"n\":[\"{\\\"a\\\": 1}\"],\"o\":[1.500000000000000000,10000000000.000000000000000000]}");
  }

  @Test
  void read_manyRowsOverSeveralBatches_areInTheirPlaces() {
    Dataset<Row> rows =
        read(
            "SELECT i::int i, CASE WHEN i % 3 = 0 THEN NULL ELSE repeat(i::text, i % 5) END t,"
                + " CASE WHEN i % 7 = 0 THEN NULL ELSE ARRAY[i, NULL, i + 1] END a"
                + " FROM generate_series(1, 20000) i");
    assertThat(
            rows.filter(
                    "NOT (t <=> CASE WHEN i % 3 = 0 THEN NULL ELSE repeat(CAST(i AS string), i % 5) END)"
                        + " OR NOT (a <=> CASE WHEN i % 7 = 0 THEN NULL ELSE array(i, NULL, i + 1) END)")
                .count())
        .isZero();
    assertThat(rows.count()).isEqualTo(20000);
    assertThat(rows.selectExpr("sum(i)", "count(t)", "sum(a[2])").first())
        .isEqualTo(
            rows.selectExpr("i", "t", "a")
                .selectExpr("sum(i + 0)", "count(t)", "sum(a[0] + 1)")
                .first());
  }

  @Test
  void read_valueThatSparkLacks_namesColumnAndValue() {
    assertUnreadable("'infinity'::date", "infinity, which a date of Spark cannot be");
    assertUnreadable("'-infinity'::timestamp", "-infinity, which a timestamp of Spark cannot be");
    assertUnreadable("'infinity'::timestamptz", "infinity, which a timestamp of Spark cannot be");
    assertUnreadable("'NaN'::numeric", "NaN, which a decimal of Spark cannot be");
    assertUnreadable("'-Infinity'::numeric", "-Infinity, which a decimal of Spark cannot be");
    assertUnreadable("1e20::numeric", "a number too large for a decimal of 38 digits");
    assertUnreadable("ARRAY[[1,2]]", "an array of 2 dimensions, and only one can be read");
  }

  private static void assertUnreadable(String value, String problem) {
    String message =
        "cannot read the query, partition 1 of 1 from "
            + POSTGRES.url()
            + ": column 'odd one' holds "
            + problem
            + ". Read with 'query' and replace or cast it there.";
    assertThatThrownBy(() -> read("SELECT " + value + " \"odd one\"").collectAsList())
        .hasMessageContaining(message)
        .satisfies(
            error ->
                assertThat(
                        new JdbcFactory()
                            .errorClassifier()
                            .classify(SqlErrors.find(error, SQLException.class).orElseThrow()))
                    .hasValueSatisfying(
                        rule -> assertThat(rule.verdict()).isEqualTo(Verdict.DATA)));
  }
}
