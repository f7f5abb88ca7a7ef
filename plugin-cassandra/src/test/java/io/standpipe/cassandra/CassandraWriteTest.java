package io.standpipe.cassandra;

import static io.standpipe.cassandra.Fixture.cql;
import static io.standpipe.cassandra.Fixture.name;
import static io.standpipe.cassandra.Fixture.session;
import static io.standpipe.cassandra.Fixture.sorted;
import static io.standpipe.cassandra.Fixture.sql;
import static io.standpipe.cassandra.Fixture.storage;
import static io.standpipe.cassandra.Fixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CassandraWriteTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String ITEMS = "id bigint PRIMARY KEY, name text, price double";
  private static final String EVENTS = "day text, seq int, note text, PRIMARY KEY (day, seq)";

  private static Dataset<Row> item(long id, String name) {
    return sql("SELECT " + id + "L AS id, '" + name + "' AS name");
  }

  private static void write(Configs storage, Dataset<Row> rows, WriteMode mode) {
    assertThat(storage.connector().write(session(), rows, WriteRequest.of(mode)).outcome())
        .isEqualTo(WriteResult.Outcome.COMMITTED);
  }

  private static List<String> rows(Configs storage) {
    return sorted(storage.connector().read(session()));
  }

  private static Verdict verdict(Throwable error) {
    return CassandraErrorTable.find(error).orElseThrow().rule().verdict();
  }

  @Test
  void append_columnsInAnyOrderAndCase_areMatchedByName() {
    Configs items = storage(table(ITEMS));
    write(items, sql("SELECT 2.5D AS PRICE, 'a' AS name, 1L AS Id"), WriteMode.APPEND);
    assertThat(rows(items)).containsExactly("[1,a,2.5]");
  }

  @Test
  void append_twice_leavesTheSameRows_andMissingColumnsKeepTheirValues() {
    Configs items = storage(table(ITEMS));
    write(items, sql("SELECT 1L AS id, 'a' AS name, 2.5D AS price"), WriteMode.APPEND);
    write(items, item(1, "b"), WriteMode.APPEND);
    write(items, item(1, "b"), WriteMode.APPEND);
    assertThat(rows(items)).containsExactly("[1,b,2.5]");
  }

  @Test
  void append_null_deletesTheValue_unlessNullsAreIgnored() {
    String table = table(ITEMS);
    write(storage(table), item(1, "a"), WriteMode.APPEND);
    Dataset<Row> none = sql("SELECT 1L AS id, CAST(NULL AS STRING) AS name");
    write(storage(table).with("ignoreNulls", true), none, WriteMode.APPEND);
    assertThat(rows(storage(table))).containsExactly("[1,a,null]");
    write(storage(table), none, WriteMode.APPEND);
    assertThat(rows(storage(table))).containsExactly("[1,null,null]");
  }

  @Test
  void append_noRows_changesNothing() {
    Configs items = storage(table(ITEMS));
    assertThat(items.connector().write(session(), item(1, "a").where("false"), APPEND))
        .isEqualTo(WriteResult.committed(0));
    assertThat(rows(items)).isEmpty();
  }

  @Test
  void append_manyRows_allArriveAndAreCounted() {
    Configs items = storage(table(ITEMS));
    Dataset<Row> rows = sql("SELECT id, concat('n', id) AS name FROM range(5000)");
    assertThat(items.connector().write(session(), rows, APPEND))
        .isEqualTo(WriteResult.committed(5_000));
    assertThat(items.connector().read(session()).count()).isEqualTo(5_000);
  }

  @Test
  void append_wrongColumns_areRefusedWithTheirNames() {
    String table = table(ITEMS);
    CassandraTableConnector items = storage(table).connector();
    assertThatThrownBy(() -> items.write(session(), sql("SELECT 1L AS id, 2 AS weight"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': it has no columns [weight]; it has [id,"
                + " name, price]. Correct the keys or the columns of the rows.",
            table);
    assertThatThrownBy(() -> items.write(session(), sql("SELECT 'a' AS name"), APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': the rows lack the columns [id] of its"
                + " primary key. Add them to the rows.",
            table);
    assertThatThrownBy(
            () -> items.write(session(), sql("SELECT 1L AS id, 'a' AS name, 'b' AS NAME"), APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': two columns of the rows mean 'name'. Drop"
                + " one of them.",
            table);
  }

  @Test
  void append_nullKey_isADataError() {
    CassandraTableConnector items = storage(table(ITEMS)).connector();
    assertThatThrownBy(
            () -> items.write(session(), sql("SELECT CAST(NULL AS BIGINT) AS id"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.DATA));
  }

  @Test
  void emptyOnlyModes_whereThereAreRows_failOrDoNothing() {
    String table = table(ITEMS);
    write(storage(table), item(1, "a"), WriteMode.ERROR_IF_EXISTS);
    CassandraTableConnector items = storage(table).connector();
    assertThatThrownBy(
            () -> items.write(session(), item(2, "b"), WriteRequest.of(WriteMode.ERROR_IF_EXISTS)))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': it has rows. Choose another mode.", table);
    assertThat(items.write(session(), item(2, "b"), WriteRequest.of(WriteMode.IGNORE)).outcome())
        .isEqualTo(WriteResult.Outcome.IGNORED);
    assertThat(rows(storage(table))).containsExactly("[1,a,null]");
  }

  @Test
  void overwrite_unconfirmed_isNoModeOfTheStorage_andRefused() {
    String table = table(ITEMS);
    CassandraTableConnector items = storage(table).connector();
    assertThat(items.writeModes())
        .containsExactlyInAnyOrder(WriteMode.APPEND, WriteMode.ERROR_IF_EXISTS, WriteMode.IGNORE);
    assertThatThrownBy(
            () -> items.write(session(), item(1, "a"), WriteRequest.of(WriteMode.OVERWRITE)))
        .hasMessage(
            "cannot overwrite Cassandra table 'test.%s': Cassandra can only truncate it first, and"
                + " readers would see it empty. Use mode upsert, or set the storage's option"
                + " confirmTruncate: true.",
            table);
  }

  @Test
  void overwrite_confirmed_replacesAllRows_butNotByItself() {
    Configs items = storage(table(ITEMS)).with("confirmTruncate", true);
    write(items, item(1, "a"), WriteMode.APPEND);
    write(items, item(2, "b"), WriteMode.OVERWRITE);
    assertThat(rows(items)).containsExactly("[2,b,null]");
    CassandraTableConnector connector = items.connector();
    assertThatThrownBy(
            () ->
                connector.write(
                    session(),
                    connector.read(session()).where("id > 1"),
                    WriteRequest.of(WriteMode.OVERWRITE)))
        .hasMessageContaining("its own rows are read to do so");
    assertThat(rows(items)).containsExactly("[2,b,null]");
  }

  @Test
  void overwrite_fromAViewOfTheTable_isRefused() {
    String table = table(ITEMS);
    cql(
        "CREATE MATERIALIZED VIEW test.%1$s_v AS SELECT * FROM test.%1$s WHERE name IS NOT NULL AND id IS NOT NULL PRIMARY KEY (name, id)"
            .formatted(table));
    CassandraTableConnector items = storage(table).with("confirmTruncate", true).connector();
    Dataset<Row> view = storage(table + "_v").connector().read(session());
    assertThatThrownBy(() -> items.write(session(), view, WriteRequest.of(WriteMode.OVERWRITE)))
        .hasMessage(
            "cannot overwrite Cassandra table 'test.%s': its own rows are read to do so, and they"
                + " would be gone by then. Write to another table first.",
            table);
  }

  @Test
  void upsert_byThePrimaryKey_insertsAndUpdates() {
    Configs events = storage(table(EVENTS));
    write(events, sql("SELECT 'mon' AS day, 1 AS seq, 'a' AS note"), WriteMode.APPEND);
    Dataset<Row> rows =
        sql("SELECT 'mon' AS day, 1 AS seq, 'b' AS note UNION ALL SELECT 'mon', 2, 'c'");
    WriteRequest upsert = WriteRequest.upsert("SEQ", "day");
    events.connector().upsert(session(), rows, upsert);
    events.connector().upsert(session(), rows, upsert);
    assertThat(rows(events)).containsExactly("[mon,1,b]", "[mon,2,c]");
  }

  @Test
  void upsert_byOtherKeysThanThePrimaryKey_isRefused() {
    String table = table(EVENTS);
    for (String[] keys : List.of(new String[] {"day"}, new String[] {"day", "seq", "note"})) {
      assertThatThrownBy(
              () ->
                  storage(table)
                      .connector()
                      .upsert(
                          session(),
                          sql("SELECT 'mon' AS day, 1 AS seq, 'b' AS note"),
                          WriteRequest.upsert(keys)))
          .hasMessage(
              "cannot upsert into Cassandra table 'test.%s' by the keys %s: its primary key is"
                  + " [day, seq]. Use exactly the columns of the primary key as keys.",
              table, List.of(keys));
    }
  }

  @Test
  void upsert_repeatedOrNullKeys_areDataErrors() {
    CassandraTableConnector items = storage(table(ITEMS)).connector();
    WriteRequest upsert = WriteRequest.upsert("id");
    assertThatThrownBy(() -> items.upsert(session(), item(1, "a").unionAll(item(1, "b")), upsert))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("more than one row with the key {\"id\":1}")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.DATA));
    assertThatThrownBy(
            () -> items.upsert(session(), sql("SELECT CAST(NULL AS BIGINT) AS id"), upsert))
        .hasMessageContaining("NULL in the key {\"id\":null}")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.DATA));
  }

  @Test
  void delete_byPrimaryKeyByPartitionAndByAnyColumn_removesTheRows() {
    Configs events = storage(table(EVENTS));
    write(
        events,
        sql(
            "SELECT d AS day, int(id) AS seq, concat('n', id) AS note"
                + " FROM range(4) LATERAL VIEW explode(array('mon', 'tue', 'wed')) AS d"),
        WriteMode.APPEND);
    CassandraTableConnector connector = events.connector();

    connector.delete(
        session(), sql("SELECT 'mon' AS day, 1 AS seq"), WriteRequest.delete("day", "seq"));
    assertThat(connector.read(session()).count()).isEqualTo(11);
    connector.delete(session(), sql("SELECT 'tue' AS day"), WriteRequest.delete("day"));
    connector.delete(session(), sql("SELECT 'tue' AS day"), WriteRequest.delete("day"));
    assertThat(connector.read(session()).count()).isEqualTo(7);
    connector.delete(session(), sql("SELECT 'n3' AS note"), WriteRequest.delete("note"));
    assertThat(rows(events))
        .containsExactly("[mon,0,n0]", "[mon,2,n2]", "[wed,0,n0]", "[wed,1,n1]", "[wed,2,n2]");
    connector.deleteWhere(session(), Condition.column("seq").greaterThan(0));
    assertThat(rows(events)).containsExactly("[mon,0,n0]", "[wed,0,n0]");
  }

  @Test
  void delete_wrongColumns_areRefused() {
    String table = table(EVENTS);
    assertThatThrownBy(
            () ->
                storage(table)
                    .connector()
                    .delete(session(), sql("SELECT 1 AS seq"), WriteRequest.delete("day")))
        .hasMessage(
            "cannot delete from Cassandra table 'test.%s': the rows have no key column 'day'."
                + " Correct the keys of the write.",
            table);
  }

  @Test
  void timeToLive_ofTheStorageOrOfTheRow_isStoredWithTheRow() {
    String table = table(ITEMS);
    write(storage(table).with("ttl", Duration.ofHours(1)), item(1, "a"), WriteMode.APPEND);
    write(
        storage(table).with("ttlColumn", "keep"),
        sql("SELECT 2L AS id, 'b' AS name, 60 AS keep UNION ALL SELECT 3L, 'c', 0"),
        WriteMode.APPEND);
    Map<Long, Integer> left = new java.util.HashMap<>();
    cql("SELECT id, TTL(name) FROM test." + table)
        .forEach(row -> left.put(row.getLong(0), row.isNull(1) ? -1 : row.getInt(1)));
    assertThat(left.get(1L)).isBetween(3000, 3600);
    assertThat(left.get(2L)).isBetween(1, 60);
    assertThat(left.get(3L)).isEqualTo(-1);
  }

  @Test
  void writeTime_ofTheRow_decidesWhichWriteWins() {
    String table = table(ITEMS);
    Configs items = storage(table).with("writeTimeColumn", "at");
    write(items, sql("SELECT 1L AS id, 'newer' AS name, 2000L AS at"), WriteMode.APPEND);
    items
        .connector()
        .upsert(
            session(),
            sql("SELECT 1L AS id, 'older' AS name, 1000L AS at"),
            WriteRequest.upsert("id"));
    assertThat(rows(items)).containsExactly("[1,newer,null]");
    assertThat(cql("SELECT WRITETIME(name) FROM test." + table).get(0).getLong(0)).isEqualTo(2000);
    assertThatThrownBy(() -> items.connector().write(session(), item(1, "x"), APPEND))
        .hasMessage(
            "cannot write to Cassandra table 'test.%s': the rows lack [at], which ttlColumn and"
                + " writeTimeColumn name. Add them to the rows, or remove the options.",
            table);
  }

  @Test
  void writeTime_ofTheStorage_isThatOfItsRows() {
    String table = table(ITEMS);
    write(storage(table).with("writeTime", 1500L), item(1, "a"), WriteMode.APPEND);
    assertThat(cql("SELECT WRITETIME(name) FROM test." + table).get(0).getLong(0)).isEqualTo(1500);
  }

  @Test
  void consistency_thatTheClusterCannotReach_isRefusedByIt() {
    String table = table(ITEMS);
    CassandraTableConnector items =
        storage(table).with("writeConsistency", Consistency.TWO).connector();
    assertThatThrownBy(() -> items.write(session(), item(1, "a"), APPEND))
        .hasMessageContaining("Not enough replicas available")
        .hasMessageContaining("2 required but only 1 alive")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.TRANSIENT));
    CassandraTableConnector reads =
        storage(table).with("readConsistency", Consistency.ALL).connector();
    assertThat(reads.read(session()).count()).isZero();
  }

  @Test
  void write_missingTable_isCreatedIfTheStorageSaysHow() {
    String table = name();
    assertThatThrownBy(() -> storage(table).connector().write(session(), item(1, "a"), APPEND))
        .hasMessage(
            "cannot open Cassandra table 'test.%s': there is no such table. Check keyspace and"
                + " table, their case included, or set partitionKey so that a write creates it.",
            table);
    Configs created =
        Configs.of(Fixture.OPEN.port(), "Other_Keyspace", table)
            .with("partitionKey", List.of("id"))
            .with("clusteringColumns", List.of("seen at DESC"))
            .with("columnTypes", Map.of("id", "uuid"))
            .with("ttlColumn", "keep")
            .with("replication", Map.of("class", "SimpleStrategy", "replication_factor", "1"));
    write(
        created,
        sql(
            "SELECT '11111111-1111-1111-1111-111111111111' AS id, 5 AS `seen at`,"
                + " array('a', 'b') AS tags, map('k', array(1)) AS more, 60 AS keep"),
        WriteMode.APPEND);
    assertThat(rows(created))
        .containsExactly(
            "[11111111-1111-1111-1111-111111111111,5,Map(k -> WrappedArray(1)),WrappedArray(a, b)]");
  }

  @Test
  void createAndDrop_tellWhetherTheTableIsThere() {
    String table = name();
    Configs storage = storage(table).with("partitionKey", List.of("id"));
    CassandraTableConnector connector = storage.connector();
    assertThat(connector.exists(session())).isFalse();
    connector.create(session(), item(1, "a").schema());
    assertThat(connector.exists(session())).isTrue();
    assertThatThrownBy(() -> connector.create(session(), item(1, "a").schema()))
        .hasMessage(
            "cannot create Cassandra table 'test.%s': it exists. Drop it first, or use it as it"
                + " is.",
            table);
    connector.drop(session());
    assertThat(connector.exists(session())).isFalse();
    assertThatThrownBy(() -> connector.drop(session())).hasMessageContaining("no such table");
    assertThatThrownBy(() -> storage(table).connector().create(session(), item(1, "a").schema()))
        .hasMessageContaining("no partitionKey is configured");
    assertThatThrownBy(() -> connector.create(session(), sql("SELECT 1 AS x").schema()))
        .hasMessageContaining("the rows have no columns [id]; they have [x]");
    assertThatThrownBy(
            () -> connector.create(session(), sql("SELECT 1 AS id, INTERVAL 1 DAY AS i").schema()))
        .hasMessage(
            "cannot create a column 'i' for the Spark type INTERVAL DAY. Name its CQL type in"
                + " columnTypes, or convert it before the write.");
  }
}
