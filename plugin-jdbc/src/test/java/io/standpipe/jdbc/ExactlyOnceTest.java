package io.standpipe.jdbc;

import static io.standpipe.jdbc.Numbers.failing;
import static io.standpipe.jdbc.Numbers.numbers;
import static io.standpipe.jdbc.Numbers.range;
import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import scala.Tuple2;

/** What is repeated or fails in the middle. */
@ParameterizedClass
@EnumSource(Database.class)
class ExactlyOnceTest extends DatabaseTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);

  private List<Long> ids() {
    return Numbers.in(connector);
  }

  @Test
  void append_sameTokenTwice_writesOnce() {
    WriteRequest request = APPEND.withToken(new CommitToken("run-1", "node of " + table));

    assertThat(connector.write(SPARK, numbers(0, 5), request)).isEqualTo(WriteResult.committed(5));
    // A job would fail: none is run.
    assertThat(connector.write(SPARK, failing(numbers(0, 5), attempt -> true), request))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(ids()).isEqualTo(range(0, 5));
    connector.write(SPARK, numbers(5, 6), APPEND.withToken(new CommitToken("run-2", "x")));
    assertThat(ids()).isEqualTo(range(0, 6));
  }

  @Test
  void append_sameTokenAtTheSameTime_writesOnce() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));

    List<WriteResult> results =
        inParallel(3, () -> database.table(table).write(SPARK, numbers(0, 50), request));

    assertThat(results)
        .extracting(WriteResult::outcome)
        .containsExactlyInAnyOrder(
            Outcome.COMMITTED, Outcome.ALREADY_COMMITTED, Outcome.ALREADY_COMMITTED);
    assertThat(ids()).isEqualTo(range(0, 50));
  }

  @Test
  void append_concurrentWritersToAMissingTable_keepAllRows() throws Exception {
    List<WriteResult> results =
        inParallel(
            4,
            () ->
                database
                    .table(table)
                    .write(
                        SPARK,
                        numbers(0, 100),
                        APPEND.withToken(
                            new CommitToken("run", Thread.currentThread().getName() + table))));

    assertThat(results).allMatch(result -> result.outcome() == Outcome.COMMITTED);
    assertThat(ids()).hasSize(400);
  }

  private static <T> List<T> inParallel(int times, Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(times);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(java.util.Collections.nCopies(times, work))) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void append_taskThatFailsAtFirst_doesNotDuplicate() {
    WriteResult result =
        connector.write(SPARK, failing(numbers(0, 40_000), attempt -> attempt < 2), APPEND);

    assertThat(result).isEqualTo(WriteResult.committed(40_000));
    assertThat(ids()).isEqualTo(range(0, 40_000));
  }

  @Test
  void append_taskThatAlwaysFails_leavesNothingVisible() {
    connector.write(SPARK, numbers(0, 5), APPEND);

    assertThatThrownBy(
            () -> connector.write(SPARK, failing(numbers(0, 4000), attempt -> true), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to table '"
                + table
                + "': the rows could not be computed: out of order."
                + " Nothing was written. See the cause for details.");
    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void append_failingTaskAndMissingTable_leavesNoTable() {
    assertThatThrownBy(
            () -> connector.write(SPARK, failing(numbers(0, 40), attempt -> true), APPEND))
        .isInstanceOf(ConnectorException.class);

    assertThat(connector.exists(SPARK)).isFalse();
  }

  @Test
  void overwrite_failingTask_keepsTheOldRows() {
    connector.write(SPARK, numbers(0, 5), APPEND);

    assertThatThrownBy(
            () -> connector.write(SPARK, failing(numbers(7, 4000), attempt -> true), OVERWRITE))
        .isInstanceOf(ConnectorException.class);

    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void publish_twoAttemptsOfOnePartition_takesTheAcceptedOne() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    ConnectionSettings settings = ConnectionSettings.of(database.config("table", table));
    TableId target = new TableId(database.defaultSchema(), table);
    try (Connection connection = settings.open()) {
      TableWriter writer =
          new TableWriter(
              database.config("table", table),
              settings,
              TableName.parse(table),
              java.time.Clock.systemUTC());
      WritePlan plan =
          writer.plan(
              connection, new StructType().add("id", "bigint"), APPEND, java.time.ZoneId.of("UTC"));
      Staging.create(connection, settings.dialect(), plan.stage(), target, plan.columns());
      StageTask task =
          new StageTask(
              settings,
              settings.dialect().loader(10),
              new StageLoader.Stage(
                  plan.stage().sql(), plan.targetNames(), List.of(DataTypes.LongType)));
      List<InternalRow> rows =
          List.of(
              new GenericInternalRow(new Object[] {1L}), new GenericInternalRow(new Object[] {2L}));
      Tuple2<Long, Long> first = task.stage(rows.iterator(), 71);
      task.stage(rows.iterator(), 72);

      try (Connection transaction = settings.open()) {
        publish(settings, transaction, plan, first);
      }
      assertThat(ids()).containsExactly(1L, 2L);

      // A server that crashes empties a staging table that is not logged.
      database.execute("DELETE FROM " + plan.stage().sql());
      try (Connection transaction = settings.open()) {
        assertThatThrownBy(() -> publish(settings, transaction, plan, first))
            .isInstanceOf(LostStagingException.class)
            .hasMessage(
                "the tasks staged 2 rows for table '"
                    + target
                    + "', but 0 are there; the server"
                    + " probably crashed in between. Nothing was written. Run the write again.");
      }
      assertThat(ids()).containsExactly(1L, 2L);
      Staging.discard(settings, plan.stage());
    }
  }

  private static WriteResult publish(
      ConnectionSettings settings,
      Connection transaction,
      WritePlan plan,
      Tuple2<Long, Long> attempt)
      throws java.sql.SQLException {
    return new Publication(
            settings, transaction, plan, List.of(attempt), new WholeMove(settings.dialect()))
        .run(transaction::commit);
  }

  @Test
  void append_stagingTableOfAKilledProcess_isRemovedAfterADay() {
    connector.write(SPARK, numbers(0, 1), APPEND);
    TableId target = new TableId(database.defaultSchema(), table);
    Instant now = Instant.now();
    TableId old = Staging.name(target, now.minusSeconds(90_000));
    TableId recent = Staging.name(target, now.minusSeconds(3_600));
    TableId foreign = Staging.name(target.sibling("other"), now.minusSeconds(900_000));
    for (TableId stage : List.of(old, recent, foreign)) {
      database.execute("CREATE TABLE " + stage.sql() + " (\"id\" bigint)");
    }

    connector.write(SPARK, numbers(1, 2), APPEND);

    assertThat(ids()).isEqualTo(range(0, 2));
    assertThat(database.stagingTables()).containsExactlyInAnyOrder(recent.name(), foreign.name());
    database.execute("DROP TABLE " + recent.sql(), "DROP TABLE " + foreign.sql());
  }
}
