package io.standpipe.cassandra;

import static io.standpipe.cassandra.Fixture.cql;
import static io.standpipe.cassandra.Fixture.session;
import static io.standpipe.cassandra.Fixture.sorted;
import static io.standpipe.cassandra.Fixture.sql;
import static io.standpipe.cassandra.Fixture.storage;
import static io.standpipe.cassandra.Fixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** No value becomes another one on its way, and a key means one row. */
class CassandraExactValuesTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String UPPER = "AAAAAAAA-1111-4111-8111-111111111111";
  private static final String LOWER = "aaaaaaaa-1111-4111-8111-111111111111";

  private static List<String> rows(String table) {
    return sorted(storage(table).connector().read(session()));
  }

  private static void append(String table, String rows) {
    storage(table).connector().write(session(), sql(rows), APPEND);
  }

  private static Verdict verdict(Throwable error) {
    return CassandraErrorTable.find(error).orElseThrow().rule().verdict();
  }

  @Test
  void append_valueThatTheColumnDoesNotHave_isADataErrorThatNamesIt() {
    String table =
        table(
            "id int PRIMARY KEY, a tinyint, b smallint, c int, d bigint, e time, f float, g uuid, h"
                + " inet");
    requireNoValue(table, "300S AS a", "300", "'a' (tinyint)");
    requireNoValue(table, "65537 AS b", "65537", "'b' (smallint)");
    requireNoValue(table, "4294967297L AS c", "4294967297", "'c' (int)");
    requireNoValue(table, "-2147483649L AS c", "-2147483649", "'c' (int)");
    requireNoValue(table, "18446744073709551617 AS d", "18446744073709551617", "'d' (bigint)");
    requireNoValue(table, "18446744073709551617 AS e", "18446744073709551617", "'e' (time)");
    requireNoValue(table, "1e39D AS f", "1.0E39", "'f' (float)");
    requireNoValue(table, "'x' AS g", "x", "'g' (uuid)");
    requireNoValue(table, "'not an address' AS h", "not an address", "'h' (inet)");
    assertThat(rows(table)).isEmpty();
  }

  private static void requireNoValue(String table, String value, String text, String column) {
    assertThatThrownBy(() -> append(table, "SELECT 7 AS id, " + value))
        .hasMessageStartingWith("cannot append to Cassandra table 'test.%s': ", table)
        .hasMessageContaining(
            "cannot store the value %s in column %s of the row {\"id\":7}", text, column)
        .hasMessageEndingWith(
            ". Correct such rows or leave them out, or give the column a type that fits.")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.DATA));
  }

  @Test
  void append_keyThatTheColumnDoesNotHave_replacesNoOtherRow() {
    String table = table("id int PRIMARY KEY, n int");
    append(table, "SELECT 1L AS id, CAST(5 AS DECIMAL(10,0)) AS n");
    assertThatThrownBy(() -> append(table, "SELECT 4294967297L AS id, 6 AS n"))
        .hasMessageContaining(
            "cannot store the value 4294967297 in column 'id' (int) of the row"
                + " {\"id\":4294967297}");
    assertThat(rows(table)).containsExactly("[1,5]");
  }

  @Test
  void append_typeThatDoesNotFit_isRefused() {
    String table =
        table(
            "id int PRIMARY KEY, a int, b bigint, c varint, d boolean, e timestamp, f date, g text,"
                + " h list<int>, i map<text, int>");
    requireNoFit(table, "1.9D AS a", "'a' is DOUBLE in the rows, but int");
    requireNoFit(table, "'12' AS a", "'a' is STRING in the rows, but int");
    requireNoFit(table, "1.9 AS b", "'b' is DECIMAL(2,1) in the rows, but bigint");
    requireNoFit(table, "1.9F AS c", "'c' is FLOAT in the rows, but varint");
    requireNoFit(table, "1 AS d", "'d' is INT in the rows, but boolean");
    requireNoFit(table, "12L AS e", "'e' is BIGINT in the rows, but timestamp");
    requireNoFit(
        table, "TIMESTAMP '2024-01-01 12:00:00' AS f", "'f' is TIMESTAMP in the rows, but date");
    requireNoFit(table, "X'00' AS g", "'g' is BINARY in the rows, but text");
    requireNoFit(table, "array(1L) AS h", "'h' is ARRAY<BIGINT> in the rows, but list<int>");
    requireNoFit(
        table, "map('k', 1.5D) AS i", "'i' is MAP<STRING, DOUBLE> in the rows, but map<text, int>");
  }

  private static void requireNoFit(String table, String value, String problem) {
    assertThatThrownBy(() -> append(table, "SELECT 7 AS id, " + value))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': column %s in the table. Cast it in the"
                + " pipeline to a type that fits.",
            table, problem);
  }

  @Test
  void append_typesThatFit_areConverted() {
    String table =
        table("id bigint PRIMARY KEY, a int, b double, c float, d text, e timestamp, f varint");
    append(
        table,
        "SELECT CAST(1 AS TINYINT) AS id, 2147483647L AS a, 2.5 AS b, 0.1D AS c,"
            + " DATE '2024-02-29' AS d, DATE '2024-02-29' AS e, 7S AS f"
            + " UNION ALL SELECT 2, NULL, NULL, DOUBLE('-Infinity'), NULL, NULL, NULL");
    assertThat(
            sorted(
                storage(table)
                    .connector()
                    .read(session())
                    .selectExpr("id", "a", "b", "c", "d", "CAST(e AS STRING)", "f")))
        .containsExactly(
            "[1,2147483647,2.5,0.1,2024-02-29,2024-02-29 00:00:00,7]",
            "[2,null,null,-Infinity,null,null,null]");
  }

  @Test
  void delete_keyThatTheColumnDoesNotHave_deletesNoOtherRow() {
    String table = table("id int PRIMARY KEY, n int");
    append(table, "SELECT 1 AS id, 5 AS n");
    CassandraTableConnector connector = storage(table).connector();
    for (String key : List.of("id", "n")) {
      assertThatThrownBy(
              () ->
                  connector.delete(
                      session(), sql("SELECT 4294967297L AS " + key), WriteRequest.delete(key)))
          .hasMessageContaining("cannot store the value 4294967297 in column '" + key + "' (int)")
          .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.DATA));
    }
    assertThatThrownBy(
            () -> connector.delete(session(), sql("SELECT 1.9D AS id"), WriteRequest.delete("id")))
        .hasMessage(
            "cannot delete from Cassandra table 'test.%s': column 'id' is DOUBLE in the rows, but"
                + " int in the table. Cast it in the pipeline to a type that fits.",
            table);
    assertThat(rows(table)).containsExactly("[1,5]");
    connector.delete(session(), sql("SELECT 1L AS id"), WriteRequest.delete("id"));
    assertThat(rows(table)).isEmpty();
  }

  @Test
  void writeTimeColumn_timestamp_isTakenInMicroseconds_otherTypesAreRefused() {
    String table = table("id int PRIMARY KEY, n int");
    Configs timed = storage(table).with("writeTimeColumn", "at");
    timed
        .connector()
        .write(
            session(),
            sql("SELECT 1 AS id, 2 AS n, TIMESTAMP '2024-01-01 00:00:00.000001' AS at"),
            APPEND);
    assertThat(cql("SELECT WRITETIME(n) FROM test." + table).get(0).getLong(0))
        .isEqualTo(1_704_067_200_000_001L);
    assertThatThrownBy(
            () ->
                timed
                    .connector()
                    .write(session(), sql("SELECT 1 AS id, 2 AS n, 1.5D AS at"), APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': column 'at', which writeTimeColumn names,"
                + " is DOUBLE. Cast it to TIMESTAMP, or BIGINT in microseconds since 1970.",
            table);
  }

  @Test
  void ttlColumn_outOfRange_isADataError_otherTypesAreRefused() {
    String table = table("id int PRIMARY KEY, n int");
    CassandraTableConnector kept = storage(table).with("ttlColumn", "keep").connector();
    for (String seconds : List.of("4294967356", "-1", "630720001")) {
      assertThatThrownBy(
              () ->
                  kept.write(
                      session(), sql("SELECT 1 AS id, 2 AS n, " + seconds + "L AS keep"), APPEND))
          .hasMessageContaining(
              "cannot store the value %s in column 'keep' (time to live in seconds, 0 to"
                  + " 630720000) of the row {\"id\":1}",
              seconds)
          .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.DATA));
    }
    assertThatThrownBy(
            () -> kept.write(session(), sql("SELECT 1 AS id, 2 AS n, '60' AS keep"), APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': column 'keep', which ttlColumn names, is"
                + " STRING. Cast it to INT, in seconds.",
            table);
    assertThat(rows(table)).isEmpty();
  }

  @Test
  void keysThatAreTheSameToCassandra_areOneKey() {
    String key =
        "TIMESTAMP '2024-01-01 00:00:00.123456' AS a, '" + UPPER + "' AS b, '0:0:0:0:0:0:0:1' AS c";
    String same = "TIMESTAMP '2024-01-01 00:00:00.123' AS a, '" + LOWER + "' AS b, '::1' AS c";
    String table = table("a timestamp, b uuid, c inet, n int, PRIMARY KEY (a, b, c)");
    CassandraTableConnector connector = storage(table).connector();
    Dataset<Row> first = sql("SELECT " + key + ", 1 AS n");
    Dataset<Row> second = sql("SELECT " + same + ", 2 AS n");
    WriteRequest upsert = WriteRequest.upsert("a", "b", "c");
    assertThatThrownBy(() -> connector.upsert(session(), first.union(second), upsert))
        .hasMessageContaining("more than one row with the key");
    connector.upsert(session(), first, upsert);
    connector.upsert(session(), second, upsert);
    assertThat(sorted(connector.read(session()).select("n"))).containsExactly("[2]");

    String values = table("n int PRIMARY KEY, a timestamp, b uuid, c inet");
    append(values, "SELECT 1 AS n, " + same);
    storage(values)
        .connector()
        .delete(session(), sql("SELECT " + key), WriteRequest.delete("a", "b", "c"));
    assertThat(rows(values)).isEmpty();
  }

  @Test
  void decimalInThePartitionKey_rowsAreAppendedOnly() {
    String table = table("id decimal, seq int, n int, PRIMARY KEY (id, seq)");
    cql("INSERT INTO test." + table + " (id, seq, n) VALUES (1.5, 1, 1)");
    CassandraTableConnector connector = storage(table).connector();
    String refused =
        " Cassandra table 'test."
            + table
            + "': column 'id' of its partition key is decimal, by which 1.5 and 1.50 are different"
            + " rows to Cassandra, and the same to Spark. Use a table with another partition key,"
            + " for example text or varint.";
    assertThatThrownBy(
            () ->
                connector.upsert(
                    session(), connector.read(session()), WriteRequest.upsert("id", "seq")))
        .hasMessage("cannot upsert into" + refused);
    assertThatThrownBy(
            () -> connector.delete(session(), sql("SELECT 1.5 AS id"), WriteRequest.delete("id")))
        .hasMessage("cannot delete from" + refused);
    assertThatThrownBy(() -> connector.deleteWhere(session(), Condition.column("n").greaterThan(0)))
        .hasMessage("cannot delete from" + refused);
    append(table, "SELECT 1.75 AS id, 1 AS seq, 2 AS n");
    assertThat(sorted(connector.read(session()).where("id = 1.5 AND seq = 1").select("n")))
        .containsExactly("[1]");
  }
}
