package io.standpipe.cassandra;

import static io.standpipe.cassandra.Fixture.cql;
import static io.standpipe.cassandra.Fixture.session;
import static io.standpipe.cassandra.Fixture.sorted;
import static io.standpipe.cassandra.Fixture.sql;
import static io.standpipe.cassandra.Fixture.storage;
import static io.standpipe.cassandra.Fixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CassandraReadTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  private static String events() {
    String table = table("day text, seq int, note text, PRIMARY KEY (day, seq)");
    cql("INSERT INTO test." + table + " (day, seq, note) VALUES ('mon', 1, 'a')");
    cql("INSERT INTO test." + table + " (day, seq, note) VALUES ('mon', 2, null)");
    cql("INSERT INTO test." + table + " (day, seq, note) VALUES ('tue', 1, 'łąka')");
    return table;
  }

  private static Dataset<Row> read(String table) {
    return storage(table).connector().read(session());
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().toString();
  }

  @Test
  void read_columnsInAnyOrder_countAndEmptyTable() {
    String table = events();
    assertThat(sorted(read(table).select("note", "day")))
        .containsExactly("[a,mon]", "[null,mon]", "[łąka,tue]");
    assertThat(read(table).count()).isEqualTo(3);
    assertThat(read(table("id int PRIMARY KEY")).count()).isZero();
  }

  @Test
  void read_conditionsOnTheKey_arePushedDown_othersGiveTheSameRows() {
    String table = events();
    Dataset<Row> keyed = read(table).where("day = 'mon' AND seq > 1").select("seq");
    assertThat(sorted(keyed)).containsExactly("[2]");
    assertThat(plan(keyed))
        .contains("Cassandra Filters: [[\"day\" = ?, mon],[\"seq\" > ?, 1]]")
        .contains("Requested Columns: [seq]");
    assertThat(sorted(read(table).where("day IN ('mon', 'sun')").select("seq")))
        .containsExactly("[1]", "[2]");
    assertThat(sorted(read(table).where("note LIKE 'ł%' OR note IS NULL").select("day")))
        .containsExactly("[mon]", "[tue]");
  }

  @Test
  void read_ofAMaterializedView_works_butItIsNotWritten() {
    String table = events();
    cql(
        "CREATE MATERIALIZED VIEW test.%1$s_v AS SELECT * FROM test.%1$s WHERE day IS NOT NULL"
                .formatted(table)
            + " AND seq IS NOT NULL PRIMARY KEY (seq, day)");
    cql("INSERT INTO test." + table + " (day, seq, note) VALUES ('wed', 7, 'v')");
    assertThat(sorted(read(table + "_v").where("seq = 7").select("day"))).containsExactly("[wed]");
    assertThatThrownBy(
            () -> storage(table + "_v").connector().write(session(), read(table), APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s_v': it is a materialized view. Write to the"
                + " table that it shows.",
            table);
  }

  @Test
  void schema_thatAnotherClientChanges_isSeenByTheNextCall() {
    String table = table("id int PRIMARY KEY");
    CassandraTableConnector connector = storage(table).connector();
    assertThat(connector.read(session()).columns()).containsExactly("id");
    cql("ALTER TABLE test." + table + " ADD note text");
    connector.write(session(), sql("SELECT 1 AS id, 'new' AS note"), APPEND);
    assertThat(sorted(connector.read(session()))).containsExactly("[1,new]");
    cql("DROP TABLE test." + table);
    assertThat(connector.exists(session())).isFalse();
  }

  @Test
  void read_missingTable_saysSo() {
    assertThatThrownBy(() -> read("nothing"))
        .hasMessageStartingWith(
            "cannot open Cassandra table 'test.nothing': there is no such table");
  }

  @Test
  void allTypes_writtenToAnotherTable_areTheSame() {
    cql("CREATE TYPE IF NOT EXISTS test.address (street text, zip int)");
    String columns =
        "id int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e date, f decimal, g double,"
            + " h float, i inet, j smallint, k text, l time, m timestamp, n timeuuid, o tinyint,"
            + " p uuid, q varint, r duration, s list<int>, t set<text>, u map<text, int>,"
            + " v address, w tuple<int, text>, x frozen<list<frozen<map<text, int>>>>,"
            + " y list<frozen<address>>";
    String from = table(columns);
    String to = table(columns);
    cql(
        "INSERT INTO test."
            + from
            + " (id, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y)"
            + " VALUES (1, 'x', -9223372036854775808, 0x00ff, true, '1582-10-04', 1.250000000000000000, 1e300,"
            + " 1.5, '::1', -32768, 'ł\\ ''\n', '23:59:59.123456789',"
            + " '1969-12-31T23:59:59.999Z', 50554d6e-29bb-11e5-b345-feff819cdc9f, -128,"
            + " 11111111-1111-1111-1111-111111111111, 123456789012345678901234567890, 1mo2d3s,"
            + " [3, 1], {'b', 'a'}, {'k': 1}, {street: 's', zip: 1}, (1, 'one'), [{'n': 1}],"
            + " [{street: 't', zip: 2}])");
    cql("INSERT INTO test." + from + " (id, e, w, x) VALUES (2, '0001-01-01', (2, null), [])");
    cql("INSERT INTO test." + from + " (id, e, k, w, x) VALUES (3, '9999-12-31', '', (3, ''), [])");

    storage(to).connector().write(session(), read(from), APPEND);

    List<String> expected =
        cql("SELECT JSON * FROM test." + from).stream().map(row -> row.getString(0)).toList();
    assertThat(cql("SELECT JSON * FROM test." + to).stream().map(row -> row.getString(0)).toList())
        .isEqualTo(expected);
    assertThat(sorted(read(from).where("id = 2").selectExpr("CAST(e AS STRING)", "k")))
        .containsExactly("[0001-01-01,null]");
    assertThat(sorted(read(from).where("id = 3").selectExpr("CAST(e AS STRING)", "k")))
        .containsExactly("[9999-12-31,]");
  }

  @Test
  void decimals_beyondThePrecisionOfSpark_areNull_andTimesAreInMilliseconds() {
    String table = table("id int PRIMARY KEY, f decimal, m timestamp");
    cql("INSERT INTO test." + table + " (id, f) VALUES (1, 1.2345678901234567894)");
    assertThat(read(table).first().getDecimal(1)).isEqualTo(new BigDecimal("1.234567890123456789"));
    storage(table)
        .connector()
        .write(
            session(), sql("SELECT 2 AS id, TIMESTAMP '2024-01-01 00:00:00.123456' AS m"), APPEND);
    assertThat(sorted(read(table).where("id = 2").selectExpr("CAST(m AS STRING)")))
        .containsExactly("[2024-01-01 00:00:00.123]");
  }

  @Test
  void emptyAndNullCollections_areTheSameToCassandra_andReadAsEmpty() {
    String table = table("id int PRIMARY KEY, s list<int>");
    storage(table)
        .connector()
        .write(
            session(),
            sql("SELECT 1 AS id, CAST(array() AS ARRAY<INT>) AS s UNION ALL SELECT 2, NULL"),
            APPEND);
    assertThat(sorted(read(table))).containsExactly("[1,WrappedArray()]", "[2,WrappedArray()]");
  }

  @Test
  void datesThatTheJulianCalendarSkipped_areReadTenDaysLater_andNotWritten() {
    String table = table("id int PRIMARY KEY, e date");
    cql("INSERT INTO test." + table + " (id, e) VALUES (1, '1582-10-10')");
    assertThat(sorted(read(table).selectExpr("CAST(e AS STRING)"))).containsExactly("[1582-10-20]");
    CassandraTableConnector dates = storage(table).connector();
    for (String day : List.of("1582-10-05", "1582-10-14")) {
      assertThatThrownBy(
              () -> dates.write(session(), sql("SELECT 2 AS id, DATE '" + day + "' AS e"), APPEND))
          .hasMessageContaining("the date " + day + " in column 'e'")
          .hasMessageEndingWith(". Leave such rows out, or store these dates as text.");
    }
    for (String day : List.of("1582-10-04", "1582-10-15")) {
      dates.write(session(), sql("SELECT 3 AS id, DATE '" + day + "' AS e"), APPEND);
      assertThat(cql("SELECT JSON e FROM test." + table + " WHERE id = 3").get(0).getString(0))
          .contains(day);
    }
  }

  @Test
  void nullTuple_isRefusedWithItsColumn() {
    String table = table("id int PRIMARY KEY, w tuple<int, text>");
    cql("INSERT INTO test." + table + " (id) VALUES (1)");
    assertThat(sorted(read(table))).containsExactly("[1,null]");
    assertThatThrownBy(() -> storage(table).connector().write(session(), read(table), APPEND))
        .hasMessageStartingWith("cannot append to Cassandra table 'test.%s': ", table)
        .hasMessageContaining("NULL in the tuple column 'w'")
        .hasMessageEndingWith(". Leave the column out of such rows, or give it a tuple of NULLs.");
  }

  @Test
  void unsupportedTypes_areRefusedByColumnAndType() {
    String table = table("id int PRIMARY KEY, v vector<float, 3>");
    assertThatThrownBy(() -> read(table))
        .hasMessageMatching(
            "cannot use Cassandra table 'test."
                + table
                + "': its column 'v' has the type .*(?i)vector.*, and .*vector.* is not supported\\."
                + " Use a materialized view or a table without that column\\.");
    String plain = table("id int PRIMARY KEY, m timestamp");
    assertThatThrownBy(
            () ->
                storage(plain)
                    .connector()
                    .write(
                        session(),
                        sql("SELECT 1 AS id, TIMESTAMP_NTZ '2024-01-01 00:00:00' AS m"),
                        APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': column 'm' of the rows has the Spark type"
                + " TIMESTAMP_NTZ, which Cassandra does not have. Convert it before the write, for"
                + " example to TIMESTAMP or STRING.",
            plain);
  }
}
