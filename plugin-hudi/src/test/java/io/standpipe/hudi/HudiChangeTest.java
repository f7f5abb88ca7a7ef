package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.hudi.HudiConfig.Index;
import io.standpipe.hudi.HudiConfig.Insert;
import io.standpipe.hudi.HudiConfig.TableType;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HudiChangeTest extends HudiTableFixture {
  private static final WriteRequest BY_ID = WriteRequest.upsert("id");
  private static final WriteRequest BY_ID_AND_P = WriteRequest.upsert("id", "p");

  @ParameterizedTest
  @EnumSource(TableType.class)
  void upsert_updatesInsertsAndCounts(TableType type) {
    HudiConnector table = config().key("id").tableType(type).connector();

    table.upsert(session, sql("select id, 'old' as v from range(4)"), BY_ID);
    WriteResult result =
        table.upsert(session, sql("select id, 'new' as v from range(2, 6)"), BY_ID);

    assertThat(result.rows()).isEqualTo(OptionalLong.of(4));
    assertThat(rows(table))
        .containsExactly("[0,old]", "[1,old]", "[2,new]", "[3,new]", "[4,new]", "[5,new]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Index.class,
      names = {"SIMPLE", "GLOBAL_SIMPLE"})
  void upsert_computesRowsOnce(Index index) {
    HudiConnector table = config().key("id").index(index).connector();
    table.upsert(session, sql("select id from range(4)"), BY_ID);
    LongAccumulator computed = session.sparkContext().longAccumulator();

    table.upsert(session, counted(sql("select id from range(2, 7)"), computed), BY_ID);

    assertThat(computed.value()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(Insert.class)
  void append_computesRowsOnce(Insert insert) {
    HudiConnector table = config().key("id").insert(insert).connector();
    LongAccumulator computed = session.sparkContext().longAccumulator();

    table.write(session, counted(sql("select id from range(5)"), computed), APPEND);

    assertThat(computed.value()).isEqualTo(5);
  }

  /** Hudi goes over the rows several times, and computing them may be slow or not repeatable. */
  private static Dataset<Row> counted(Dataset<Row> rows, LongAccumulator computed) {
    FilterFunction<Row> count =
        row -> {
          computed.add(1);
          return true;
        };
    return rows.filter(count);
  }

  @Test
  void upsert_compositeKeyInPartitions_isExact() {
    HudiConnector table = config().key("a", "b").partitionBy("p").connector();
    WriteRequest keys = WriteRequest.upsert("P", "B", "A");
    table.upsert(session, sql("select 1 as a, 'x' as b, 'p' as p, 'old' as v"), keys);

    table.upsert(
        session,
        sql(
            "select 1 as a, 'x' as b, 'p' as p, 'new' as v union all select 1, 'y', 'p', 'new'"
                + " union all select 1, 'x', 'q', 'new'"),
        keys);

    assertThat(rows(table)).containsExactly("[1,x,p,new]", "[1,x,q,new]", "[1,y,p,new]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Index.class,
      names = {"GLOBAL_SIMPLE", "GLOBAL_BLOOM", "RECORD_LEVEL"})
  void upsert_globalIndex_movesRowsBetweenPartitions(Index index) {
    HudiConnector table = config().key("id").partitionBy("p").index(index).connector();
    table.upsert(session, sql("select id, 'p' as p from range(3)"), BY_ID);

    table.upsert(session, sql("select 1L as id, 'q' as p"), BY_ID);

    assertThat(rows(table)).containsExactly("[0,p]", "[1,q]", "[2,p]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Index.class,
      names = {"BLOOM", "BUCKET"})
  void upsert_otherIndexes_findTheirKeys(Index index) {
    HudiConnector table = config().key("id").partitionBy("p").index(index).connector();
    table.upsert(session, sql("select id, 'p' as p, 'old' as v from range(3)"), BY_ID_AND_P);

    table.upsert(session, sql("select 1L as id, 'p' as p, 'new' as v"), BY_ID_AND_P);

    assertThat(rows(table)).containsExactly("[0,p,old]", "[1,p,new]", "[2,p,old]");
  }

  @Test
  void upsert_afterBulkInsert_findsKeysOfAllKinds() {
    String row =
        "select 1L as l, cast(5.10 as decimal(20,2)) as d, date'2024-02-29' as t, true as b,"
            + " cast(7 as short) as s, 'ł,:/' as n, ";
    Configs config = config().key("l", "d", "t", "b", "s", "n").insert(Insert.BULK_INSERT);
    HudiConnector table = config.connector();
    table.write(session, sql(row + "'old' as v"), APPEND);

    table.upsert(
        session, sql(row + "'new' as v"), WriteRequest.upsert("l", "d", "t", "b", "s", "n"));

    assertThat(rows(table)).containsExactly("[1,5.10,2024-02-29,true,7,ł,:/,new]");
  }

  @Test
  void upsert_olderByOrderingField_isIgnored() {
    HudiConnector table = config().key("id").orderBy("at").connector();
    table.upsert(session, sql("select 1 as id, 5 as at, 'five' as v"), BY_ID);

    table.upsert(session, sql("select 1 as id, 4 as at, 'four' as v"), BY_ID);
    assertThat(rows(table)).containsExactly("[1,5,five]");
    table.upsert(session, sql("select 1 as id, 6 as at, 'six' as v"), BY_ID);
    assertThat(rows(table)).containsExactly("[1,6,six]");
  }

  @Test
  void upsert_repeatedOrNullKeys_areRefusedAndLeaveNothing() {
    HudiConnector table = config().key("id").connector();
    table.upsert(session, sql("select 1 as id"), BY_ID);

    assertThatThrownBy(
            () -> table.upsert(session, sql("select 2 as id union all select 2 as id"), BY_ID))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot upsert into Hudi table '%s': more than one row with the key {\"id\":2}. Make the keys unique, for example by keeping the newest row of each key."
                .formatted(path));
    assertThatThrownBy(() -> table.upsert(session, sql("select cast(null as int) as id"), BY_ID))
        .hasMessageContaining("NULL in the key {\"id\":null}");
    assertThat(rows(table)).containsExactly("[1]");
  }

  @Test
  void upsert_keysThatDoNotIdentify_areRefused() {
    HudiConnector table = config().key("id").partitionBy("p").connector();
    var rows = sql("select 1 as id, 'x' as p, 'v' as v");
    table.upsert(session, rows, BY_ID_AND_P);

    assertThatThrownBy(() -> table.upsert(session, rows, BY_ID))
        .hasMessage(
            "cannot upsert into Hudi table '%s' by the keys [id]: what identifies its rows is [id, p]. Add the partition columns to the keys, or set index to globalSimple."
                .formatted(path));
    assertThatThrownBy(() -> table.upsert(session, rows, WriteRequest.upsert("v")))
        .hasMessageEndingWith(
            "by the keys [v]: what identifies its rows is [id, p]. Use these keys.");
    assertThatThrownBy(
            () -> Configs.at(folder.resolve("keyless")).connector().upsert(session, rows, BY_ID))
        .hasMessageEndingWith(
            "it has no record key. Name the key in recordKey before the table is created.");
  }

  @Test
  void upsert_partOfTheColumns_isRefused() {
    HudiConnector table = config().key("id").connector();
    table.upsert(session, sql("select 1 as id, 'v' as v"), BY_ID);

    assertThatThrownBy(() -> table.upsert(session, sql("select 1 as id"), BY_ID))
        .hasMessage(
            "cannot write to Hudi table '%s': the rows lack columns that it has: [v]. Add them: an upsert replaces whole rows."
                .formatted(path));
  }

  @Test
  void upsert_newColumn_isAdded() {
    HudiConnector table = config().key("id").tableType(TableType.MERGE_ON_READ).connector();
    table.upsert(session, sql("select id from range(2)"), BY_ID);

    table.upsert(
        session,
        sql("select 1L as id, 'x' as extra"),
        BY_ID.evolving(SchemaEvolution.ADD_COLUMNS).withToken(TOKEN));
    WriteResult again =
        table.upsert(session, sql("select 1L as id, 'y' as extra"), BY_ID.withToken(TOKEN));

    assertThat(again.outcome()).isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(rows(table)).containsExactly("[0,null]", "[1,x]");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void delete_byIdentityAndByOtherColumns_removesThose(TableType type) {
    HudiConnector table = config().key("id").partitionBy("p").tableType(type).connector();
    table.write(
        session, sql("select id, concat('p', id % 2) as p, id div 4 as v from range(12)"), APPEND);

    WriteResult byIdentity =
        table.delete(
            session,
            sql("select 1 as id, 'p1' as p, 'more' as x union all select 99, 'p1', ''"),
            WriteRequest.delete("id", "p"));
    WriteResult byKeyAlone =
        table.delete(session, sql("select 2 as ID"), WriteRequest.delete("ID"));
    WriteResult byOther = table.delete(session, sql("select 2 as v"), WriteRequest.delete("v"));

    assertThat(byIdentity.rows()).isEqualTo(OptionalLong.of(1));
    assertThat(byKeyAlone.rows()).isEqualTo(OptionalLong.of(1));
    assertThat(byOther.rows()).isEqualTo(OptionalLong.of(4));
    assertThat(
            table
                .read(session)
                .select("id")
                .as(org.apache.spark.sql.Encoders.LONG())
                .collectAsList())
        .containsExactlyInAnyOrder(0L, 3L, 4L, 5L, 6L, 7L);
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void deleteWhere_withoutKeys_removesMatchingRows(TableType type) {
    HudiConnector table = config().tableType(type).connector();
    table.write(session, sql("select id, if(id = 3, null, id) as v from range(6)"), APPEND);

    WriteResult result =
        table.deleteWhere(
            session, Condition.column("v").atLeast(2).or(Condition.expression("id = 0")));
    WriteResult none = table.deleteWhere(session, Condition.column("v").equalTo(77));

    assertThat(result.rows()).isEqualTo(OptionalLong.of(4));
    assertThat(none.rows()).isEqualTo(OptionalLong.of(0));
    assertThat(rows(table)).containsExactly("[1,1]", "[3,null]");
  }

  @Test
  void delete_keysThatTheColumnCannotHold_removesNothing() {
    HudiConnector table = config().key("id").partitionBy("d").connector();
    table.write(session, sql("select 1 as id, date'2024-05-01' as d"), APPEND);

    for (String keys :
        List.of(
            "4294967297L as id, date'2024-05-01' as d",
            "1.5D as id, date'2024-05-01' as d",
            "1 as id, timestamp'2024-05-01 12:00:00' as d",
            "'abc' as id, date'2024-05-01' as d")) {
      WriteResult result =
          table.delete(session, sql("select " + keys), WriteRequest.delete("id", "d"));
      assertThat(result.rows()).as(keys).isEqualTo(OptionalLong.of(0));
    }

    assertThat(rows(table)).containsExactly("[1,2024-05-01]");
    table.delete(
        session, sql("select 1L as id, date'2024-05-01' as d"), WriteRequest.delete("id", "d"));
    assertThat(rows(table)).isEmpty();
  }

  @Test
  void delete_globalIndex_leavesTheRowOfAnotherPartition() {
    HudiConnector table =
        config().key("id").partitionBy("p").index(Index.GLOBAL_SIMPLE).connector();
    table.upsert(session, sql("select id, 'p' as p from range(3)"), BY_ID);

    table.delete(session, sql("select 1L as id, 'q' as p"), WriteRequest.delete("id", "p"));
    assertThat(rows(table)).containsExactly("[0,p]", "[1,p]", "[2,p]");

    table.delete(session, sql("select 1L as id, 'p' as p"), WriteRequest.delete("id", "p"));
    assertThat(rows(table)).containsExactly("[0,p]", "[2,p]");
  }

  @Test
  void delete_missingTableOrColumn_isRefused() {
    HudiConnector table = config().key("id").connector();

    assertThatThrownBy(() -> table.deleteWhere(session, Condition.column("id").equalTo(1)))
        .hasMessageStartingWith("cannot open Hudi table '" + path + "': it does not exist.");
    table.write(session, sql("select 1 as id"), APPEND);
    assertThatThrownBy(
            () -> table.delete(session, sql("select 1 as no"), WriteRequest.delete("no")))
        .hasMessage(
            "Hudi table '%s' has no key columns [no]; its columns are [id]. Correct the names, whatever the case."
                .formatted(path));
    assertThatThrownBy(
            () ->
                table.delete(
                    session, sql("select cast(null as int) as id"), WriteRequest.delete("id")))
        .hasMessageContaining("NULL in the key {\"id\":null}");
  }
}
