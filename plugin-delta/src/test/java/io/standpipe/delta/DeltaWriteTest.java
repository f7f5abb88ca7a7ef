package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sorted;
import static io.standpipe.delta.DeltaSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaWriteTest extends DeltaTableFixture {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);
  private static final CommitToken TOKEN = new CommitToken("run-1", "load");

  @Test
  void append_missingTable_createsItWithOneCommit() {
    WriteResult result = table.write(session, rows("1, 'a'", "2, 'b'"), APPEND);

    assertThat(result)
        .isEqualTo(new WriteResult(Outcome.COMMITTED, OptionalLong.of(2), Optional.of("0")));
    assertThat(sorted(table.read(session))).containsExactly("[1,a]", "[2,b]");
  }

  @Test
  void append_existingTable_addsRows() {
    table.write(session, rows("1, 'a'"), APPEND);

    WriteResult result = table.write(session, rows("2, 'b'", "3, 'c'", "4, 'd'"), APPEND);

    assertThat(result).isEqualTo(WriteResult.committed(3).withVersion("1"));
    assertThat(table.read(session).count()).isEqualTo(4);
  }

  @Test
  void append_otherColumnOrderAndCase_matchesByName() {
    table.write(session, rows("1, 'a'"), APPEND);

    table.write(session, sql("select 'b' as NAME, 2 as ID"), APPEND);

    assertThat(sorted(table.read(session))).containsExactly("[1,a]", "[2,b]");
  }

  @Test
  void append_missingNullableColumn_isNull() {
    table.write(session, rows("1, 'a'"), APPEND);

    table.write(session, sql("select 2 as id"), APPEND);

    assertThat(sorted(table.read(session))).containsExactly("[1,a]", "[2,null]");
  }

  @Test
  void append_zeroRows_createsTheTableAndThenChangesNothing() {
    Dataset<Row> none = rows("1, 'a'").where("false");

    WriteResult first = table.write(session, none, APPEND);
    WriteResult second = table.write(session, none, APPEND);

    assertThat(first).isEqualTo(WriteResult.committed(0).withVersion("0"));
    assertThat(second.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(second.rows()).hasValue(0);
    assertThat(table.read(session).columns()).containsExactly("id", "name");
    assertThat(table.read(session).count()).isZero();
  }

  @Test
  void append_newColumn_isRefused() {
    table.write(session, rows("1, 'a'"), APPEND);

    assertThatThrownBy(
            () -> table.write(session, sql("select 2 as id, 'b' as name, 3 as extra"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to Delta table '%s': the rows have columns that it lacks: [extra]; it has"
                    .formatted(path)
                + " [id, name]. Drop them from the rows, or set schemaEvolution to addColumns.");
    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
  }

  @Test
  void append_newColumnAlthoughTheSessionMergesSchemas_isRefused() {
    table.write(session, rows("1, 'a'"), APPEND);
    SparkSession merging = session.cloneSession();
    merging.conf().set("spark.databricks.delta.schema.autoMerge.enabled", "true");
    Dataset<Row> nested = merging.sql("select 2 as id, 'b' as name, 3 as extra");

    assertThatThrownBy(() -> table.write(merging, nested, APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("[extra]");
  }

  @Test
  void append_addColumns_givesOldRowsNull() {
    table.write(session, rows("1, 'a'"), APPEND);

    table.write(
        session,
        sql("select 2 as id, 'b' as name, 3 as extra"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(sorted(table.read(session))).containsExactly("[1,a,null]", "[2,b,3]");
  }

  @Test
  void append_otherType_isRefused() {
    table.write(session, rows("1, 'a'"), APPEND);

    assertThatThrownBy(
            () -> table.write(session, sql("select array(1) as id, 'b' as name"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot append to Delta table '%s': [DELTA_FAILED_TO_MERGE_FIELDS] Failed to merge"
                    .formatted(path)
                + " fields 'id' and 'id'. A column of the rows has another type than in the table:"
                + " cast it.");
  }

  @Test
  void append_failingTask_leavesNothingVisible() {
    table.write(session, rows("1, 'a'"), APPEND);
    Dataset<Row> failing =
        session
            .range(0, 1000, 1, 4)
            .selectExpr(
                "cast(if(id = 900, raise_error('broken row'), id) as int) as id", "'x' as name");

    assertThatThrownBy(() -> table.write(session, failing, APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot append to Delta table '%s': broken row. Nothing was committed. Repair what the"
                    .formatted(path)
                + " cause names, then run again.");
    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
    assertThat(table.history(session).count()).isEqualTo(1);
  }

  @Test
  void append_failingTaskInMissingTable_leavesNoTable() {
    Dataset<Row> failing = sql("select cast(raise_error('broken row') as string) as name, 1 as id");

    assertThatThrownBy(() -> table.write(session, failing, APPEND))
        .isInstanceOf(ConnectorException.class);
    assertThat(table.exists(session)).isFalse();

    table.write(session, rows("1, 'a'"), APPEND);
    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
  }

  @Test
  void append_sameTokenTwice_hasTheEffectOfOnce() {
    WriteRequest request = APPEND.withToken(TOKEN);

    WriteResult first = table.write(session, rows("1, 'a'"), request);
    WriteResult second = table.write(session, rows("2, 'other'"), request);
    WriteResult other =
        table.write(session, rows("3, 'c'"), APPEND.withToken(new CommitToken("run-2", "load")));

    assertThat(first).isEqualTo(WriteResult.committed(1).withVersion("0"));
    assertThat(second).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(other).isEqualTo(WriteResult.committed(1).withVersion("1"));
    assertThat(sorted(table.read(session))).containsExactly("[1,a]", "[3,c]");
  }

  @Test
  void append_sameTokenInAnExistingTable_hasTheEffectOfOnce() {
    table.write(session, rows("0, 'z'"), APPEND);
    WriteRequest request = APPEND.withToken(TOKEN);

    table.write(session, rows("1, 'a'"), request);
    WriteResult second = table.write(session, rows("1, 'a'"), request);

    assertThat(second).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(table.read(session).count()).isEqualTo(2);
  }

  @Test
  void append_sameTokenAtTheSameTime_commitsOnce() throws Exception {
    table.write(session, rows("0, 'z'"), APPEND);
    WriteRequest request = APPEND.withToken(TOKEN);

    List<WriteResult> results = atOnce(4, number -> table.write(session, rows("1, 'a'"), request));

    assertThat(results)
        .extracting(WriteResult::outcome)
        .containsOnlyOnce(Outcome.COMMITTED)
        .containsOnly(Outcome.COMMITTED, Outcome.ALREADY_COMMITTED);
    assertThat(table.read(session).count()).isEqualTo(2);
  }

  @Test
  void append_concurrentWriters_reportEachItsOwnVersionAndRows() throws Exception {
    table.write(session, rows("0, 'z'"), APPEND);

    List<WriteResult> results =
        atOnce(
            6,
            number ->
                table.write(
                    session,
                    session.range(number + 1).selectExpr("cast(id as int) id", "'x' as name"),
                    APPEND));

    for (int number = 0; number < results.size(); number++) {
      assertThat(results.get(number).rows()).hasValue(number + 1);
    }
    assertThat(results)
        .extracting(result -> result.version().orElseThrow())
        .containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6");
    assertThat(table.read(session).count()).isEqualTo(22);
  }

  @Test
  void append_bySessionWithUserMetadata_keepsIt() {
    SparkSession own = session.cloneSession();
    own.conf().set("spark.databricks.delta.commitInfo.userMetadata", "nightly");

    table.write(own, own.sql("select 1 as id"), APPEND.withToken(TOKEN));

    assertThat(table.history(session).select("userMetadata").first().getString(0))
        .startsWith("nightly standpipe run-1/load ");
  }

  @Test
  void overwrite_existingRows_replacesAllInOneCommit() {
    table.write(session, rows("1, 'a'", "2, 'b'"), APPEND);

    WriteResult result = table.write(session, rows("3, 'c'"), OVERWRITE);

    assertThat(result).isEqualTo(WriteResult.committed(1).withVersion("1"));
    assertThat(sorted(table.read(session))).containsExactly("[3,c]");
  }

  @Test
  void overwrite_sessionWithDynamicPartitionOverwrite_stillReplacesAll() {
    DeltaConnector partitioned = partitionedBy("name");
    partitioned.write(session, rows("1, 'a'", "2, 'b'"), APPEND);
    SparkSession dynamic = session.cloneSession();
    dynamic.conf().set("spark.sql.sources.partitionOverwriteMode", "dynamic");

    partitioned.write(dynamic, dynamic.sql("select 3 as id, 'b' as name"), OVERWRITE);

    assertThat(sorted(partitioned.read(session))).containsExactly("[3,b]");
  }

  @Test
  void overwrite_sameTokenTwice_hasTheEffectOfOnce() {
    table.write(session, rows("1, 'a'"), OVERWRITE.withToken(TOKEN));
    table.write(session, rows("2, 'b'"), APPEND);

    WriteResult second = table.write(session, rows("1, 'a'"), OVERWRITE.withToken(TOKEN));

    assertThat(second).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(table.read(session).count()).isEqualTo(2);
  }

  @Test
  void overwrite_fromTheTableItself_readsItFirst() {
    table.write(session, rows("1, 'a'", "2, 'b'"), APPEND);

    table.write(session, table.read(session).where("id = 1"), OVERWRITE);

    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
  }

  @Test
  void overwrite_replaceWhere_replacesOnlyTheSelectedRows() {
    table.write(session, rows("1, 'O\\'Brien'", "2, 'b'", "3, 'a\\\\b'").coalesce(1), APPEND);

    WriteResult brien =
        table.write(
            session,
            rows("4, 'O\\'Brien'"),
            OVERWRITE.replacing(Condition.column("name").equalTo("O'Brien")));
    table.write(
        session,
        rows("5, 'a\\\\b'"),
        OVERWRITE.replacing(Condition.column("name").in(List.of("a\\b", "x' OR '1'='1"))));

    assertThat(brien.version()).hasValue("1");
    assertThat(brien.rows()).hasValue(1);
    assertThat(sorted(table.read(session))).containsExactly("[2,b]", "[4,O'Brien]", "[5,a\\b]");
  }

  @Test
  void overwrite_replaceWhereWithRowsOutside_isRefused() {
    table.write(session, rows("1, 'a'", "2, 'b'"), APPEND);
    WriteRequest request = OVERWRITE.replacing(Condition.column("id").equalTo(1));

    assertThatThrownBy(() -> table.write(session, rows("2, 'x'"), request))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith(
            "cannot overwrite Delta table '%s': [DELTA_REPLACE_WHERE_MISMATCH]".formatted(path))
        .hasMessageEndingWith("Leave out rows that replaceWhere does not select.");
    assertThat(sorted(table.read(session))).containsExactly("[1,a]", "[2,b]");
  }

  @Test
  void overwrite_replaceWhereIntoMissingTable_checksTheRowsToo() {
    WriteRequest request = OVERWRITE.replacing(Condition.column("id").equalTo(1));

    assertThatThrownBy(() -> table.write(session, rows("2, 'x'"), request))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot overwrite Delta table '%s': a row lies outside the condition of the overwrite:"
                    .formatted(path)
                + " `id` = (1). Leave out rows that replaceWhere does not select.");
    assertThat(table.exists(session)).isFalse();
    assertThat(table.write(session, rows("1, 'x'"), request).rows()).hasValue(1);
  }

  @Test
  void overwrite_replaceSchema_replacesColumnsAndKeepsPartitions() {
    DeltaConnector partitioned = partitionedBy("name");
    partitioned.write(session, rows("1, 'a'"), APPEND);

    partitioned.write(
        session,
        sql("select 'x' as other, 'n' as name"),
        OVERWRITE.evolving(SchemaEvolution.REPLACE));

    assertThat(table.read(session).columns()).containsExactly("other", "name");
    assertThat(sorted(table.read(session))).containsExactly("[x,n]");
    assertThat(partitions(table)).containsExactly("name");
  }

  @Test
  void overwrite_replaceSchemaOfAPart_isRefused() {
    table.write(session, rows("1, 'a'"), APPEND);
    WriteRequest request =
        OVERWRITE.replacing(Condition.column("id").equalTo(1)).evolving(SchemaEvolution.REPLACE);

    assertThatThrownBy(() -> table.write(session, rows("1, 'x'"), request))
        .hasMessage(
            "cannot overwrite a part of Delta table '%s' and replace its schema. Leave out"
                    .formatted(path)
                + " replaceWhere, or use schemaEvolution addColumns.");
  }

  @Test
  void errorIfExists_tableWithRows_isRefused() {
    WriteRequest request = WriteRequest.of(WriteMode.ERROR_IF_EXISTS);
    table.write(session, rows("1, 'a'"), request);

    assertThatThrownBy(() -> table.write(session, rows("2, 'b'"), request))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to Delta table '%s' with mode errorIfExists: it has rows. Delete them, or"
                    .formatted(path)
                + " use mode append, overwrite or ignore.");
    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
  }

  @ParameterizedTest
  @EnumSource(
      value = WriteMode.class,
      names = {"ERROR_IF_EXISTS", "IGNORE"})
  void writeIntoEmpty_emptyTable_writes(WriteMode mode) {
    table.write(session, rows("1, 'a'").where("false"), APPEND);

    WriteResult result = table.write(session, rows("1, 'a'"), WriteRequest.of(mode));

    assertThat(result).isEqualTo(WriteResult.committed(1).withVersion("1"));
    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
  }

  @Test
  void errorIfExists_sameTokenTwice_isNoError() {
    WriteRequest request = WriteRequest.of(WriteMode.ERROR_IF_EXISTS).withToken(TOKEN);

    table.write(session, rows("1, 'a'"), request);
    WriteResult second = table.write(session, rows("1, 'a'"), request);

    assertThat(second).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
  }

  @Test
  void ignore_tableWithRows_doesNothing() {
    WriteRequest request = WriteRequest.of(WriteMode.IGNORE);
    WriteResult first = table.write(session, rows("1, 'a'"), request);

    WriteResult second = table.write(session, rows("2, 'b'"), request);

    assertThat(first.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(second).isEqualTo(WriteResult.unchanged(Outcome.IGNORED));
    assertThat(sorted(table.read(session))).containsExactly("[1,a]");
  }

  @Test
  void create_withProperties_setsThem() {
    DeltaConnector configured =
        new DeltaConnector(
            Configs.withProperties(path, Map.of("delta.enableChangeDataFeed", "true")));

    configured.write(session, rows("1, 'a'"), APPEND);

    assertThat(sql("SHOW TBLPROPERTIES delta.`%s`".formatted(path)).collectAsList())
        .extracting(Row::toString)
        .contains("[delta.enableChangeDataFeed,true]");
  }

  @Test
  void create_withPartitions_setsThem() {
    partitionedBy("name").write(session, rows("1, 'a'"), APPEND);

    assertThat(partitions(table)).containsExactly("name");
    assertThat(Files.isDirectory(path.resolve("name=a"))).isTrue();
  }

  @Test
  void append_otherPartitionsThanTheTable_isRefused() {
    table.write(session, rows("1, 'a'"), APPEND);

    assertThatThrownBy(() -> partitionedBy("name").write(session, rows("2, 'b'"), APPEND))
        .hasMessage(
            "Delta table '%s' is partitioned by [], but the storage says partitionBy [name]."
                    .formatted(path)
                + " Correct partitionBy, or overwrite the table with schemaEvolution replace.");
  }

  @Test
  void append_autoCompactedTable_reportsItsOwnCommit() {
    DeltaConnector compacting =
        new DeltaConnector(
            Configs.withProperties(path, Map.of("delta.autoOptimize.autoCompact", "true")));
    compacting.write(session, rows("1, 'a'"), APPEND);
    SparkSession eager = session.cloneSession();
    eager.conf().set("spark.databricks.delta.autoCompact.minNumFiles", "2");

    WriteResult result =
        compacting.write(
            eager, eager.range(0, 6, 1, 3).selectExpr("cast(id as int) id", "'x' name"), APPEND);

    assertThat(result).isEqualTo(WriteResult.committed(6).withVersion("1"));
    assertThat(table.history(session).select("operation").first().getString(0))
        .isEqualTo("OPTIMIZE");
  }

  @Test
  void write_observedRows_areCountedInTheSamePass() throws Exception {
    Observation create = new Observation("create");
    Observation append = new Observation("append");
    Observation overwrite = new Observation("overwrite");

    table.write(session, observed(rows("1, 'a'", "2, 'b'"), create), APPEND);
    table.write(session, observed(rows("3, 'c'"), append), APPEND);
    table.write(session, observed(rows("4, 'd'"), overwrite), OVERWRITE);

    assertThat(create.getAsJava()).containsEntry("rows", 2L);
    assertThat(append.getAsJava()).containsEntry("rows", 1L);
    assertThat(overwrite.getAsJava()).containsEntry("rows", 1L);
  }

  @Test
  void write_pinnedStorage_isRefused() {
    table.write(session, rows("1, 'a'"), APPEND);
    DeltaConnector pinned = new DeltaConnector(Configs.atVersion(path, 0));

    assertThatThrownBy(() -> pinned.write(session, rows("2, 'b'"), APPEND))
        .hasMessage(
            "cannot change Delta table '%s': the storage is pinned to an older version. Use a"
                    .formatted(path)
                + " storage without version and timestamp.");
  }

  private interface Numbered<T> {
    T call(int number) throws Exception;
  }

  private static <T> List<T> atOnce(int threads, Numbered<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        futures.add(pool.submit(() -> work.call(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  private static Dataset<Row> observed(Dataset<Row> rows, Observation observation) {
    return rows.observe(observation, functions.count(functions.lit(1)).as("rows"));
  }

  private DeltaConnector partitionedBy(String column) {
    return new DeltaConnector(Configs.partitionedBy(path, column));
  }

  private List<String> partitions(DeltaConnector connector) {
    assertThat(connector.exists(session)).isTrue();
    return sql("DESCRIBE DETAIL delta.`%s`".formatted(path))
        .select("partitionColumns")
        .first()
        .getList(0);
  }

  private static Dataset<Row> rows(String... values) {
    return sql("select * from values (" + String.join("), (", values) + ") as t(id, name)");
  }
}
