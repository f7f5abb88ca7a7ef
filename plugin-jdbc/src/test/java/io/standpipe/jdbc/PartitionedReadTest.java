package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a read of PostgreSQL is divided without being told, and that its parts fit together. */
class PartitionedReadTest {
  private static final Database POSTGRES = Database.POSTGRESQL;
  private static final long ROWS = 5000;

  /** Makes the planner take each block for expensive, so that small tables are divided. */
  private static final Map<String, String> LARGE =
      Map.of("options", "-c seq_page_cost=100000", "ApplicationName", "partitioned-read");

  private static final String SNAPSHOTS =
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'partitioned-read'"
          + " AND state <> 'idle'";

  private String table;

  @BeforeEach
  void create() {
    table = Database.newTable();
    POSTGRES.execute(
        "CREATE TABLE " + table + " (id bigint, filler text)",
        "INSERT INTO "
            + table
            + " SELECT i, repeat('x', 200) FROM generate_series(1, "
            + ROWS
            + ") i");
  }

  @AfterEach
  void allConnections_areGivenBack() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(POSTGRES.texts(SNAPSHOTS)).isEmpty());
  }

  private static Dataset<Row> read(Object... options) {
    Object[] all = java.util.Arrays.copyOf(options, options.length + 2);
    all[options.length] = "properties";
    all[options.length + 1] = LARGE;
    return new JdbcConnector(POSTGRES.config(all)).read(SPARK);
  }

  private static int partitions(Dataset<Row> rows) {
    return rows.rdd().getNumPartitions();
  }

  private static void assertAllRows(Dataset<Row> rows, long expected) {
    assertThat(rows.select("id").distinct().collectAsList()).hasSize((int) expected);
    assertThat(rows.collectAsList()).hasSize((int) expected);
  }

  @Test
  void table_isDividedByItsBlocks() {
    Dataset<Row> rows = read("table", table, "partitions", 5);

    assertThat(partitions(rows)).isEqualTo(5);
    assertAllRows(rows, ROWS);
    List<Row> sizes =
        rows.groupBy(org.apache.spark.sql.functions.spark_partition_id()).count().collectAsList();
    assertThat(sizes).hasSize(5).allMatch(size -> size.getLong(1) > ROWS / 10);
    assertThat(partitions(new JdbcConnector(POSTGRES.config("table", table)).read(SPARK)))
        .as("a small table")
        .isEqualTo(1);
    assertThat(partitions(read("table", table, "partitions", 1))).isEqualTo(1);
  }

  /** Spark logs what a listener throws, and goes on. */
  @Test
  void snapshot_endsWithoutAnError() throws Exception {
    Queue<String> errors = new ConcurrentLinkedQueue<>();
    LoggerConfig root =
        ((LoggerContext) LogManager.getContext(false)).getConfiguration().getRootLogger();
    AbstractAppender appender =
        new AbstractAppender("errors", null, null, false, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            errors.add(event.getMessage().getFormattedMessage());
          }
        };
    appender.start();
    root.addAppender(appender, Level.ERROR, null);
    SPARK.sparkContext().setLogLevel("ERROR");
    try {
      read("table", table, "partitions", 3).collectAsList();
      SPARK.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      SPARK.sparkContext().setLogLevel("OFF");
      root.removeAppender("errors");
    }
    assertThat(errors).isEmpty();
  }

  @Test
  void partitionedTableAndMaterialisedView_areDividedToo() {
    POSTGRES.execute(
        "CREATE TABLE " + table + "_p (id bigint, filler text) PARTITION BY RANGE (id)",
        "CREATE TABLE " + table + "_p1 PARTITION OF " + table + "_p FOR VALUES FROM (0) TO (900)",
        "CREATE TABLE " + table + "_p2 PARTITION OF " + table + "_p DEFAULT",
        "INSERT INTO " + table + "_p SELECT * FROM " + table,
        "CREATE TABLE " + table + "_child () INHERITS (" + table + ")",
        "INSERT INTO " + table + "_child SELECT -i, 'y' FROM generate_series(1, 2000) i",
        "CREATE MATERIALIZED VIEW " + table + "_m AS SELECT * FROM " + table + "_p");

    for (String name : List.of(table + "_p", table + "_m")) {
      Dataset<Row> rows = read("table", name, "partitions", 4);
      assertThat(partitions(rows)).as(name).isEqualTo(4);
      assertAllRows(rows, ROWS);
    }
    Dataset<Row> withChild = read("table", table, "partitions", 4);
    assertThat(partitions(withChild)).isEqualTo(4);
    assertAllRows(withChild, ROWS + 2000);
  }

  @Test
  void viewAndEmptyTable_areReadByOneQuery() {
    POSTGRES.execute(
        "CREATE VIEW " + table + "_v AS SELECT * FROM " + table,
        "CREATE TABLE " + table + "_e (id bigint)");

    Dataset<Row> view = read("table", table + "_v");
    assertThat(partitions(view)).isEqualTo(1);
    assertAllRows(view, ROWS);
    assertAllRows(read("table", table + "_e"), 0);
  }

  @Test
  void filterByIndexAndLimit_needOneQuery() {
    POSTGRES.execute("CREATE UNIQUE INDEX ON " + table + " (id)", "ANALYZE " + table);
    Dataset<Row> rows =
        new JdbcConnector(
                POSTGRES.config(
                    "table",
                    table,
                    "properties",
                    Map.of("options", "-c seq_page_cost=100 -c random_page_cost=1")))
            .read(SPARK);

    assertThat(partitions(rows)).isGreaterThan(1);
    assertThat(partitions(rows.filter(col("id").equalTo(7)))).isEqualTo(1);
    assertThat(rows.filter(col("id").equalTo(7)).collectAsList()).hasSize(1);
  }

  /** Deletes all rows as soon as the first task has read one. */
  private static MapFunction<Row, Long> deleting(String table, AtomicBoolean done) {
    Deletion.DONE.set(done);
    return row -> {
      if (Deletion.DONE.get().compareAndSet(false, true)) {
        POSTGRES.execute("DELETE FROM " + table);
      }
      return row.getLong(0);
    };
  }

  /** What tasks of this process share. */
  private static final class Deletion {
    static final java.util.concurrent.atomic.AtomicReference<AtomicBoolean> DONE =
        new java.util.concurrent.atomic.AtomicReference<>();
  }

  @Test
  void rowsThatChangeInMidRead_areSeenByNoPartition() {
    for (Dataset<Row> rows :
        List.of(
            read("table", table, "partitions", 8),
            read("table", table, "partitions", 8, "partitionColumn", "id"))) {
      AtomicBoolean deleted = new AtomicBoolean();

      List<Long> ids = rows.map(deleting(table, deleted), Encoders.LONG()).collectAsList();

      assertThat(deleted).isTrue();
      assertThat(ids).hasSize((int) ROWS).doesNotHaveDuplicates();
      assertThat(POSTGRES.texts("SELECT count(*) FROM " + table)).containsExactly("0");
      POSTGRES.execute(
          "INSERT INTO " + table + " SELECT i, 'new' FROM generate_series(1, " + ROWS + ") i");
    }
  }

  @Test
  void retriedTask_seesTheSnapshotOfItsRead() {
    AtomicBoolean deleted = new AtomicBoolean();
    MapFunction<Row, Long> delete = deleting(table, deleted);
    MapFunction<Row, Long> failing =
        row -> {
          long id = delete.call(row);
          if (TaskContext.get().attemptNumber() < 2) {
            throw new IllegalStateException("once more");
          }
          return id;
        };

    List<Long> ids =
        read("table", table, "partitions", 3).map(failing, Encoders.LONG()).collectAsList();

    assertThat(deleted).isTrue();
    assertThat(ids).hasSize((int) ROWS).doesNotHaveDuplicates();
  }

  @Test
  void sameDatasetAgain_seesWhatHasChanged() {
    Dataset<Row> rows = read("table", table, "partitions", 4).select("id");

    assertThat(rows.collectAsList()).hasSize((int) ROWS);
    POSTGRES.execute("DELETE FROM " + table + " WHERE id > 10");
    assertThat(rows.collectAsList()).hasSize(10);
    POSTGRES.execute("DELETE FROM " + table + " WHERE id > 5");
    // No execution of SQL: a plain job.
    assertThat(rows.queryExecution().toRdd().toJavaRDD().count()).isEqualTo(5);
    POSTGRES.execute("DELETE FROM " + table);
    assertThat(rows.queryExecution().toRdd().toJavaRDD().count()).isZero();
  }

  @Test
  void sharedAndCachedDatasets_giveTheirRows() {
    Dataset<Row> rows = read("table", table, "partitions", 4);
    Dataset<Row> cached = rows.cache();

    assertThat(cached.filter("id <= 100").join(cached, "id").count()).isEqualTo(100);
    POSTGRES.execute("DELETE FROM " + table);
    assertThat(cached.selectExpr("sum(id)").first().getLong(0)).isEqualTo(ROWS * (ROWS + 1) / 2);
    cached.unpersist(true);
    assertThat(rows.selectExpr("sum(id)").first().isNullAt(0)).isTrue();
  }

  @Test
  void sizeOfATable_letsSparkBroadcastIt() {
    POSTGRES.execute("ANALYZE " + table);
    Dataset<Row> rows = read("table", table);

    assertThat(rows.queryExecution().optimizedPlan().stats().rowCount().get().toLong())
        .isEqualTo(ROWS);
    assertThat(rows.select("id").queryExecution().optimizedPlan().stats().sizeInBytes().toLong())
        .isBetween(ROWS * 8, ROWS * 40);
    assertThat(
            SPARK
                .range(100_000_000)
                .join(rows.select("id"), "id")
                .queryExecution()
                .executedPlan()
                .toString())
        .contains("BroadcastHashJoin");
    assertThat(
            new JdbcQueryConnector(POSTGRES.config("query", "SELECT id FROM " + table))
                .read(SPARK)
                .queryExecution()
                .optimizedPlan()
                .stats()
                .sizeInBytes()
                .bitLength())
        .as("a guess of the planner's would not do")
        .isGreaterThan(40);
  }
}
