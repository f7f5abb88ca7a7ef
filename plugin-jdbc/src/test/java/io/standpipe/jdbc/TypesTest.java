package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import scala.collection.JavaConverters;

@ParameterizedClass
@EnumSource(Database.class)
class TypesTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  @Parameter Database database;
  private String table;
  private JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = database.table(table);
  }

  private List<Object> roundTrip(String type, Object... values) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      rows.add(RowFactory.create(i, values[i]));
    }
    StructType schema = StructType.fromDDL("id INT, v " + type);
    connector.write(SPARK, SPARK.createDataFrame(rows, schema), APPEND);
    return connector.read(SPARK).orderBy("id").collectAsList().stream()
        .map(row -> row.get(1))
        .toList();
  }

  private void assertRoundTrip(String type, Object... values) {
    assertThat(roundTrip(type, values)).containsExactly(values);
  }

  @Test
  void roundTrip_texts_areEqual() {
    assertRoundTrip(
        "STRING",
        null,
        "",
        " ",
        "ends  ",
        "O'Brien",
        "100%",
        "a\"b",
        "back\\slash",
        "\\N",
        "\\.",
        "a\n\\.\nb",
        "line\r\nline",
        "tab\tx",
        "łąka",
        "🚀 emoji",
        "{1,2}",
        "NULL",
        ",",
        "\u0001",
        "x".repeat(100_000));
  }

  @Test
  void roundTrip_numbers_areEqual() {
    assertRoundTrip("BIGINT", null, 0L, Long.MIN_VALUE, Long.MAX_VALUE);
    newTable();
    assertRoundTrip("INT", null, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
    newTable();
    assertRoundTrip(
        "DOUBLE",
        null,
        0d,
        -1.5,
        Double.MAX_VALUE,
        Double.MIN_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e10);
    newTable();
    assertRoundTrip("FLOAT", null, 0f, 0.1f, Float.MAX_VALUE, Float.NaN);
    newTable();
    assertRoundTrip(
        "DECIMAL(38,10)",
        null,
        new BigDecimal("0E-10"),
        new BigDecimal("-1234567890123456789012345678.0123456789"));
    newTable();
    assertRoundTrip("BOOLEAN", null, true, false);
  }

  @Test
  void roundTrip_smallNumbers_keepTheirValues() {
    assertRoundTrip("SMALLINT", null, Short.MIN_VALUE, Short.MAX_VALUE);
    newTable();
    assertThat(roundTrip("TINYINT", null, Byte.MIN_VALUE, Byte.MAX_VALUE).toString())
        .isEqualTo("[null, -128, 127]");
  }

  @Test
  void roundTrip_decimalsOfEveryLength_areEqual() {
    Random random = new Random(7);
    List<Object> values = new ArrayList<>();
    for (int digits = 1; digits <= 38; digits++) {
      BigInteger most = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
      BigInteger some = new BigInteger(most.bitLength(), random).mod(most);
      for (BigInteger number : List.of(most, most.negate(), some, BigInteger.TEN.pow(digits - 1))) {
        values.add(new BigDecimal(number, 19));
      }
    }
    values.add(new BigDecimal("0E-19"));

    assertRoundTrip("DECIMAL(38,19)", values.toArray());
  }

  @Test
  void append_numberTooLargeForItsColumn_isRefusedAsData() {
    database.execute("CREATE TABLE \"" + table + "\" (\"v\" integer)");

    assertThatThrownBy(() -> connector.write(SPARK, SPARK.sql("SELECT 2147483648L AS v"), APPEND))
        .hasMessageContaining("2147483648")
        .satisfies(
            error ->
                assertThat(
                        new JdbcFactory()
                            .errorClassifier()
                            .classify(SqlErrors.find(error, SQLException.class).orElseThrow()))
                    .hasValueSatisfying(
                        rule -> assertThat(rule.verdict()).isEqualTo(Verdict.DATA)));
    assertThat(connector.read(SPARK).count()).isZero();
    connector.write(SPARK, SPARK.sql("SELECT 2147483647L AS v"), APPEND);
    assertThat(connector.read(SPARK).collectAsList())
        .containsExactly(RowFactory.create(2147483647));
  }

  @Test
  void roundTrip_dates_areEqual() {
    assertRoundTrip(
        "DATE",
        null,
        Date.valueOf("1970-01-01"),
        Date.valueOf("1969-12-31"),
        Date.valueOf("1582-10-15"),
        Date.valueOf("9999-12-31"),
        Date.valueOf("2024-02-29"));
    if (database == Database.POSTGRESQL) {
      newTable();
      assertRoundTrip("DATE", Date.valueOf("0001-01-01"), Date.valueOf("1582-10-04"));
    }
  }

  @Test
  void roundTrip_timestamps_keepTheInstant() {
    assertRoundTrip(
        "TIMESTAMP",
        null,
        Timestamp.from(Instant.EPOCH),
        Timestamp.from(Instant.parse("1969-12-31T23:59:59.999999Z")),
        Timestamp.from(Instant.parse("2024-05-06T07:08:09.000001Z")),
        // The hour that Warsaw has twice, and the one that it lacks.
        Timestamp.from(Instant.parse("2024-10-27T00:30:00Z")),
        Timestamp.from(Instant.parse("2024-10-27T01:30:00Z")),
        Timestamp.from(Instant.parse("2024-03-31T01:00:00Z")),
        Timestamp.from(Instant.parse("9999-12-31T00:00:00Z")));
  }

  @Test
  void roundTrip_localTimes_keepTheClock() {
    assertRoundTrip(
        "TIMESTAMP_NTZ",
        null,
        LocalDateTime.parse("1969-12-31T23:59:59.999999"),
        LocalDateTime.parse("2024-05-06T07:08:09.000001"),
        LocalDateTime.parse("2024-10-27T02:30:00"),
        LocalDateTime.parse("9999-12-31T00:00:00"));
  }

  @Test
  void roundTrip_bytes_areEqual() {
    byte[] large = new byte[5_000_000];
    new Random(7).nextBytes(large);
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }

    assertRoundTrip("BINARY", null, new byte[0], all, large);
  }

  @Test
  void roundTrip_arrays_areEqualInPostgres() {
    if (database == Database.H2) {
      assertThatThrownBy(() -> roundTrip("ARRAY<INT>", seq(1, 2)))
          .hasMessageStartingWith(
              "column 'v' has the type array<int>, which cannot be stored in H2.");
      return;
    }
    assertRoundTrip("ARRAY<INT>", null, seq(), seq(1, null, 3));
    newTable();
    assertRoundTrip(
        "ARRAY<STRING>",
        seq("a,b", "say \"hi\"", "back\\slash", "", null, "NULL", "{}", "a\nb\tc", "🚀"));
    newTable();
    assertRoundTrip("ARRAY<BOOLEAN>", seq(true, null));
    newTable();
    assertRoundTrip("ARRAY<DATE>", seq(Date.valueOf("2024-02-29")));
    newTable();
    assertRoundTrip("ARRAY<DOUBLE>", seq(1.5, 1e300));
    newTable();
    assertThatThrownBy(() -> roundTrip("ARRAY<ARRAY<INT>>", seq(seq(1))))
        .hasMessageStartingWith(
            "column 'v' has the type array<array<int>>, which cannot be stored");
  }

  private static scala.collection.Seq<Object> seq(Object... elements) {
    return JavaConverters.asScalaBufferConverter(Arrays.asList(elements)).asScala().toSeq();
  }

  @Test
  void roundTrip_awkwardColumnNames_areKept() {
    Dataset<Row> written =
        rows("id INT", RowFactory.create(1))
            .selectExpr(
                "id AS `UPPER`",
                "id AS `lower`",
                "id AS `with space`",
                "id AS `select`",
                "id AS `łąka 🚀`",
                "id AS `quo\"te`",
                "id AS `a.b`",
                "id AS `x``y`",
                "id AS `a%b_c`");

    connector.write(SPARK, written, APPEND);
    connector.write(SPARK, written, APPEND);

    Dataset<Row> read = connector.read(SPARK);
    assertThat(read.columns()).containsExactly(written.columns());
    assertThat(read.filter("`a.b` = 1 AND `with space` = 1 AND `quo\"te` IN (1)").count())
        .isEqualTo(2);
  }

  @Test
  void append_timesIntoColumnsOfTheOtherKind_convertInTheSessionZone() {
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"i\" timestamp, \"l\" timestamp with time zone, \"d\""
            + " timestamp, \"t\" varchar(40))");

    connector.write(
        SPARK,
        SPARK.sql(
            "SELECT TIMESTAMP'2024-07-01 10:00:00Z' i, TIMESTAMP_NTZ'2024-07-01 12:00:00' l,"
                + " DATE'2024-07-01' d, DATE'2024-07-01' t"),
        APPEND);

    assertThat(connector.read(SPARK).collectAsList())
        .containsExactly(
            RowFactory.create(
                LocalDateTime.parse("2024-07-01T12:00:00"),
                Timestamp.from(Instant.parse("2024-07-01T10:00:00Z")),
                LocalDateTime.parse("2024-07-01T00:00:00"),
                "2024-07-01"));
  }

  @Test
  void append_textIntoPostgresTypes_isTakenAsTheirText() {
    if (database == Database.H2) {
      database.execute("CREATE TABLE \"" + table + "\" (\"u\" uuid)");
      connector.write(SPARK, SPARK.sql("SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' u"), APPEND);
      assertThat(database.texts("SELECT \"u\" FROM \"" + table + "\""))
          .containsExactly("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
      return;
    }
    database.execute(
        "CREATE TYPE mood_" + table + " AS ENUM ('happy', 'sad')",
        "CREATE TABLE \"" + table + "\" (u uuid, j jsonb, m mood_" + table + ", n inet)");

    connector.write(
        SPARK,
        SPARK.sql(
            "SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' u, '{\"a\": [1, \"x\\\\ny\"]}' j, 'sad' m,"
                + " '10.0.0.1' n"),
        APPEND);

    Row row = connector.read(SPARK).collectAsList().get(0);
    assertThat(row.getString(0)).isEqualTo("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    assertThat(row.getString(1)).isEqualTo("{\"a\": [1, \"x\\ny\"]}");
    assertThat(row.getString(2)).isEqualTo("sad");
    assertThat(row.getString(3)).isEqualTo("10.0.0.1");
  }
}
