package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conditions and sizes of PostgreSQL tables that are more than they seem. */
class ExactFilterTest {
  private static final Database POSTGRES = Database.POSTGRESQL;

  private String table;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
  }

  @Test
  void nullTests_ofCompositeColumns_areThoseOfTheirTexts() {
    POSTGRES.execute(
        "CREATE TYPE pair_" + table + " AS (x integer, y text)",
        "CREATE TABLE " + table + " (id integer, c pair_" + table + ")",
        "INSERT INTO " + table + " VALUES (1, '(1,a)'), (2, '(,)'), (3, '(1,)'), (4, NULL)");
    Dataset<Row> rows = POSTGRES.table(table).read(SPARK);

    assertThat(ids(rows.filter(col("c").isNotNull()))).containsExactly(1, 2, 3);
    assertThat(ids(rows.filter(col("c").isNull()))).containsExactly(4);
    assertThat(ids(rows.filter(col("c").eqNullSafe("(1,)")))).containsExactly(3);
    assertThat(ids(rows.filter(col("c").eqNullSafe(lit(null).cast("string"))))).containsExactly(4);
    assertThat(ids(rows.filter(col("c").equalTo("(,)")))).containsExactly(2);
  }

  private static List<Integer> ids(Dataset<Row> rows) {
    return rows.select("id").orderBy("id").collectAsList().stream()
        .map(row -> row.getInt(0))
        .toList();
  }

  @Test
  void literals_whateverTheServerTakesBackslashesFor_areTexts() {
    POSTGRES.execute(
        "CREATE TABLE " + table + " (id integer, t text)",
        "INSERT INTO " + table + " VALUES (1, 'a'), (2, 'a\\b'), (3, '\\'' OR 1=1 --')");

    for (JdbcConfig config :
        List.of(
            POSTGRES.config(
                "table", table, "session", Map.of("standard_conforming_strings", "off")),
            POSTGRES.config(
                "table",
                table,
                "session",
                Map.of("application_name", "it's a\\b"),
                "properties",
                Map.of("options", "-c standard_conforming_strings=off")))) {
      Dataset<Row> rows = new JdbcConnector(config).read(SPARK);
      assertThat(ids(rows.filter(col("t").equalTo("a\\b")))).containsExactly(2);
      assertThat(ids(rows.filter(col("t").equalTo("\\' OR 1=1 --")))).containsExactly(3);
      assertThat(ids(rows.filter(col("t").startsWith("a\\")))).containsExactly(2);
    }
  }

  @Test
  void sizeOfLongValues_isThatOfTheirBytes() {
    POSTGRES.execute(
        "CREATE TABLE " + table + " (id integer, document text)",
        "ALTER TABLE " + table + " ALTER document SET STORAGE EXTERNAL",
        "INSERT INTO " + table + " SELECT i, repeat('x', 1000000) FROM generate_series(1, 12) i",
        "ANALYZE " + table);
    Dataset<Row> rows = POSTGRES.table(table).read(SPARK);

    assertThat(bytes(rows)).isBetween(12_000_000L, 20_000_000L);
    assertThat(bytes(rows.select("id"))).isLessThan(1000L);
  }

  private static long bytes(Dataset<Row> rows) {
    return rows.queryExecution().optimizedPlan().stats().sizeInBytes().toLong();
  }
}
