package io.standpipe.jdbc;

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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes whose rows go straight into the target, on PostgreSQL. */
class DirectWriteTest {
  private static final Database POSTGRESQL = Database.POSTGRESQL;

  @TempDir Path directory;
  private String table;
  private JdbcConnector connector;
  private ConnectionSettings settings;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = POSTGRESQL.table(table);
    settings = ConnectionSettings.of(POSTGRESQL.config("table", table));
  }

  @AfterEach
  void noPermitIsLeft() {
    assertThat(POSTGRESQL.stagingTables()).isEmpty();
    assertThat(
            POSTGRESQL.texts(
                "SELECT token FROM standpipe_commits WHERE token LIKE 'permit%' AND target = '"
                    + table
                    + "'"))
        .isEmpty();
  }

  private WriteRequest request(WriteMode mode, String run) {
    return WriteRequest.of(mode).withToken(new CommitToken(run, table));
  }

  private List<Long> ids() {
    return POSTGRESQL.texts("SELECT id FROM \"" + table + "\" ORDER BY 1").stream()
        .map(Long::valueOf)
        .toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private Dataset<Row> parquet(long from, long to) {
    String path = directory.resolve(from + "-" + to).toString();
    SPARK.range(from, to, 1, 3).toDF("id").write().parquet(path);
    return SPARK.read().parquet(path);
  }

  private boolean takes(Dataset<Row> rows, WriteRequest request) throws SQLException {
    try (Connection connection = settings.open()) {
      WritePlan plan = plan(connection, rows.schema(), request);
      return new DirectWriter(settings, connection, plan).takes(rows.queryExecution());
    }
  }

  private WritePlan plan(Connection connection, StructType schema, WriteRequest request)
      throws SQLException {
    return new TableWriter(
            POSTGRESQL.config("table", table),
            settings,
            TableName.parse(table),
            java.time.Clock.systemUTC())
        .plan(connection, schema, request, ZoneOffset.UTC);
  }

  @Test
  void write_columnarFiles_goStraightIntoTheTable() throws Exception {
    WriteRequest append = request(WriteMode.APPEND, "1");
    Dataset<Row> rows = parquet(0, 100);
    assertThat(takes(rows, append)).isTrue();

    assertThat(connector.write(SPARK, rows, append)).isEqualTo(WriteResult.committed(100));
    assertThat(connector.write(SPARK, parquet(100, 150), request(WriteMode.APPEND, "2")))
        .isEqualTo(WriteResult.committed(50));
    assertThat(ids()).isEqualTo(range(0, 150));
    assertThat(connector.write(SPARK, parquet(7, 9), request(WriteMode.OVERWRITE, "3")))
        .isEqualTo(WriteResult.committed(2));
    assertThat(connector.write(SPARK, rows, append))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(ids()).containsExactly(7L, 8L);
  }

  @Test
  void takes_whatOneTaskWouldTakeLongFor_isStaged() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    WriteRequest append = request(WriteMode.APPEND, "1");
    SPARK.udf().register("slow", (Long id) -> id, org.apache.spark.sql.types.DataTypes.LongType);
    Dataset<Row> light = parquet(0, 10);
    String json = directory.resolve("json").toString();
    light.write().json(json);

    assertThat(takes(light.where("id > 3").selectExpr("id + 1 AS id"), append)).isTrue();
    assertThat(takes(light.union(SPARK.range(3).toDF("id")), append)).isTrue();
    assertThat(takes(SPARK.range(1L << 40).toDF("id"), append)).isFalse();
    assertThat(takes(light.selectExpr("slow(id) AS id"), append)).isFalse();
    assertThat(takes(light.groupBy("id").count().select("id"), append)).isFalse();
    assertThat(takes(SPARK.read().schema("id BIGINT").json(json), append)).isFalse();
    assertThat(takes(connector.read(SPARK), append)).isFalse();
    assertThat(takes(light, WriteRequest.of(WriteMode.APPEND))).isFalse();
    assertThat(takes(light, request(WriteMode.ERROR_IF_EXISTS, "1"))).isFalse();
    POSTGRESQL.execute("ALTER TABLE \"" + table + "\" ENABLE ROW LEVEL SECURITY");
    assertThat(takes(light, append)).isFalse();
  }

  @Test
  void write_view_isStaged() {
    POSTGRESQL.execute(
        "CREATE TABLE base_" + table + " (id bigint)",
        "CREATE VIEW \"" + table + "\" AS SELECT id FROM base_" + table);

    connector.write(SPARK, parquet(0, 5), request(WriteMode.APPEND, "1"));

    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void write_badRow_leavesTheTableAsItWas() {
    POSTGRESQL.execute("CREATE TABLE \"" + table + "\" (id bigint CHECK (id < 90))");
    connector.write(SPARK, parquet(0, 10), request(WriteMode.APPEND, "1"));

    assertThatThrownBy(
            () -> connector.write(SPARK, parquet(80, 95), request(WriteMode.OVERWRITE, "2")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith(
            "cannot write to table '" + table + "': ERROR: new row for relation")
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.");
    assertThat(ids()).isEqualTo(range(0, 10));
    assertThat(connector.write(SPARK, parquet(20, 22), request(WriteMode.OVERWRITE, "2")))
        .isEqualTo(WriteResult.committed(2));
  }

  /** Runs the write's task as often and in whatever way Spark might. */
  private WriteResult inPlaceOfSpark(WriteRequest request, DirectWriter.Job job) throws Exception {
    try (Connection connection = settings.open()) {
      return new DirectWriter(
              settings, connection, plan(connection, StructType.fromDDL("id BIGINT"), request))
          .write(job);
    }
  }

  private static List<Long> call(StreamedWrite task, long from, long to) {
    Iterator<InternalRow> rows =
        LongStream.range(from, to)
            .<InternalRow>mapToObj(id -> new GenericInternalRow(new Object[] {id}))
            .iterator();
    List<Long> result = new ArrayList<>();
    task.call(rows).forEachRemaining(result::add);
    return result;
  }

  @Test
  void write_attemptThatCommittedButWasLost_isNotRepeated() throws Exception {
    WriteResult result =
        inPlaceOfSpark(
            request(WriteMode.APPEND, "1"),
            task -> {
              call(task, 0, 5);
              return call(task, 0, 5);
            });

    assertThat(result).isEqualTo(WriteResult.committed(5));
    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void write_jobThatFailsAfterItsCommit_isCommitted() throws Exception {
    WriteResult result =
        inPlaceOfSpark(
            request(WriteMode.APPEND, "1"),
            task -> {
              call(task, 0, 5);
              throw new IllegalStateException("executor lost");
            });

    assertThat(result).isEqualTo(WriteResult.committed(5));
    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void write_attemptThatOutlivesItsJob_cannotCommit() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    List<StreamedWrite> zombie = new ArrayList<>();

    assertThatThrownBy(
            () ->
                inPlaceOfSpark(
                    request(WriteMode.APPEND, "1"),
                    task -> {
                      zombie.add(task);
                      throw new IllegalStateException("no answer from the executor");
                    }))
        .hasMessage("no answer from the executor");
    assertThatThrownBy(() -> call(zombie.get(0), 0, 5)).hasMessage("the write was given up");

    assertThat(ids()).isEmpty();
    assertThat(
            connector.write(
                SPARK, rows("id BIGINT", RowFactory.create(1L)), request(WriteMode.APPEND, "1")))
        .isEqualTo(WriteResult.committed(1));
  }

  @Test
  void write_twoAttemptsAtTheSameTime_commitOnce() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    WriteResult result =
        inPlaceOfSpark(
            request(WriteMode.APPEND, "1"),
            task -> {
              CompletableFuture<List<Long>> other =
                  CompletableFuture.supplyAsync(() -> call(task, 0, 2000));
              List<Long> committed = call(task, 0, 2000);
              assertThat(other.join()).isEqualTo(committed);
              return committed;
            });

    assertThat(result).isEqualTo(WriteResult.committed(2000));
    assertThat(ids()).isEqualTo(range(0, 2000));
  }

  @Test
  void write_tokenCommittedMeanwhile_changesNothing() throws Exception {
    WriteRequest request = request(WriteMode.APPEND, "1");
    connector.create(SPARK, new StructType().add("id", "bigint"));
    WriteResult result =
        inPlaceOfSpark(
            request,
            task -> {
              assertThat(connector.write(SPARK, SPARK.range(3).toDF("id"), request))
                  .isEqualTo(WriteResult.committed(3));
              return call(task, 10, 13);
            });

    assertThat(result).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(ids()).isEqualTo(range(0, 3));
  }

  @Test
  void write_serverGoneWhenAsked_isUnknown() {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    ConnectionSettings[] gone = new ConnectionSettings[1];
    assertThatThrownBy(
            () -> {
              try (Connection connection = settings.open()) {
                WritePlan plan =
                    plan(
                        connection,
                        StructType.fromDDL("id BIGINT"),
                        request(WriteMode.APPEND, "1"));
                gone[0] =
                    new ConnectionSettings(
                        "jdbc:postgresql://127.0.0.1:1/x",
                        settings.driver(),
                        settings.properties(),
                        List.of(),
                        settings.pool());
                new DirectWriter(gone[0], connection, plan)
                    .write(
                        task -> {
                          throw new IllegalStateException("connection lost");
                        });
              }
            })
        .isInstanceOf(UnknownCommitException.class)
        .hasMessageContaining("so it may or may not have happened");
    POSTGRESQL.execute("DELETE FROM standpipe_commits WHERE target = '" + table + "'");
  }

  @Test
  void write_permitOfAKilledDriver_isForgottenAfterAWeek() {
    connector.write(SPARK, parquet(0, 1), request(WriteMode.APPEND, "1"));
    POSTGRESQL.execute(
        "INSERT INTO standpipe_commits (token, target, row_count, committed_at) VALUES ('permit"
            + " old', '"
            + table
            + "', 0, now() - interval '8 days'), ('permit young', '"
            + table
            + "', 0, now() - interval '6 days'), ('old token', '"
            + table
            + "', 0, now() - interval '8 days')");

    connector.write(SPARK, parquet(1, 2), request(WriteMode.APPEND, "2"));

    assertThat(
            POSTGRESQL.texts(
                "SELECT token FROM standpipe_commits WHERE target = '"
                    + table
                    + "' AND committed_at < now() - interval '5 days' ORDER BY 1"))
        .containsExactly("old token", "permit young");
    POSTGRESQL.execute("DELETE FROM standpipe_commits WHERE token = 'permit young'");
  }

  @Test
  void write_fromTheTableItself_doublesIt() {
    connector.write(SPARK, parquet(0, 10), request(WriteMode.APPEND, "1"));

    connector.write(
        SPARK, connector.read(SPARK).selectExpr("id + 10 AS id"), request(WriteMode.APPEND, "2"));

    assertThat(connector.read(SPARK).as(Encoders.LONG()).collectAsList())
        .containsExactlyInAnyOrderElementsOf(range(0, 20));
  }
}
