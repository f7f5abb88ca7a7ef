package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows with arrays, into tables of PostgreSQL. */
class ArrayColumnTest {
  private static final Database POSTGRES = Database.POSTGRESQL;
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  private String table;
  private JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = POSTGRES.table(table);
  }

  @Test
  void times_inArraysOfTheOtherKind_convertInTheSessionZone() {
    POSTGRES.execute(
        "CREATE TABLE " + table + " (i timestamp[], l timestamptz[], d timestamp[], t text[])");

    connector.write(
        SPARK,
        SPARK.sql(
            "SELECT array(TIMESTAMP'2024-07-01 10:00:00Z', NULL) i,"
                + " array(TIMESTAMP_NTZ'2024-07-01 12:00:00') l, array(DATE'2024-07-01') d,"
                + " array(1, 2) t"),
        APPEND);

    assertThat(
            POSTGRES.texts(
                "SELECT i::text || l[1] AT TIME ZONE 'UTC' || d::text || t::text FROM " + table))
        .containsExactly(
            "{\"2024-07-01 12:00:00\",NULL}2024-07-01 10:00:00{\"2024-07-01 00:00:00\"}{1,2}");
  }

  @Test
  void elements_thatAColumnWouldNotTake_areRefused() {
    POSTGRES.execute(
        "CREATE TABLE "
            + table
            + " (b text[], n integer[], x numeric(5,1)[], s timestamp(0)[], u uuid[])");

    assertRefused(
        "array(X'00ff') b",
        "column 'b' is array<binary> in the rows, but _text in table 'public."
            + table
            + "'. Cast it in the pipeline to a type that fits.");
    assertRefused(
        "array('1') n",
        "column 'n' is array<string> in the rows, but _int4 in table 'public."
            + table
            + "'. Cast it in the pipeline to a type that fits.");
    assertRefused(
        "array(1.25BD) x",
        "column 'x' is array<decimal(3,2)> in the rows, but _numeric(5,1) in table 'public."
            + table
            + "', which can lose digits. To let it be rounded, write"
            + " CAST(x AS ARRAY<DECIMAL(5,1)>) in the pipeline.");
    assertRefused(
        "array(TIMESTAMP_NTZ'2024-07-01 12:00:00') s",
        "column 's' is array<timestamp_ntz> in the rows, but _timestamp in table 'public."
            + table
            + "'. Cast it in the pipeline to a type that fits.");
    connector.write(
        SPARK,
        SPARK.sql(
            "SELECT array('00000000-0000-0000-0000-000000000001') u, array(2L) n, array(1.5BD) x"),
        APPEND);
    assertThat(POSTGRES.texts("SELECT u::text || n::text || x::text FROM " + table))
        .containsExactly("{00000000-0000-0000-0000-000000000001}{2}{1.5}");
  }

  private void assertRefused(String column, String message) {
    assertThatThrownBy(() -> connector.write(SPARK, SPARK.sql("SELECT " + column), APPEND))
        .hasMessage(message);
  }

  @Test
  void isolatedRowsWithArrays_keepTheirTexts() {
    POSTGRES.execute("CREATE TABLE " + table + " (id integer CHECK (id > 0), t text, a integer[])");
    Dataset<Row> rows =
        SPARK.sql(
            "SELECT * FROM VALUES (1, 'back\\\\slash \\\\x41 \\\\101', array(1)),"
                + " (2, 'ä\\t\\n', array()), (3, NULL, NULL), (-4, '\\\\', array(4)),"
                + " (5, concat('a', char(0)), array(5)) AS rows(id, t, a)");

    IsolatedRows write = IsolatedRows.write(connector, SPARK, rows, APPEND);
    assertThat(write.result()).isEqualTo(WriteResult.committed(3));
    assertThat(
            write
                .rows()
                .orderBy("id")
                .select("t")
                .as(org.apache.spark.sql.Encoders.STRING())
                .collectAsList())
        .containsExactly("\\", "a\0");
    assertThat(POSTGRES.texts("SELECT concat(id, t, a) FROM " + table + " ORDER BY id"))
        .containsExactly("1back\\slash \\x41 \\101{1}", "2ä\t\n{}", "3");
  }
}
