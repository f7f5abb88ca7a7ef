package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.shuffle.MetadataFetchFailedException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to a divided read of PostgreSQL while others lock or change its table. */
class ReadLockTest {
  private static final Database POSTGRES = Database.POSTGRESQL;
  private static final int ROWS = 2000;
  private static final int PARTS = 6;

  /** What tasks of this process share with their test: done once, by the first row. */
  private static final AtomicReference<Runnable> ONCE = new AtomicReference<>();

  private String table;
  private volatile CompletableFuture<Throwable> truncate;

  @BeforeEach
  void create() {
    table = Database.newTable();
    POSTGRES.execute(
        "CREATE TABLE " + table + " (id bigint)",
        "INSERT INTO " + table + " SELECT generate_series(1, " + ROWS + ")");
  }

  @AfterEach
  void allConnections_areGivenBack() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        POSTGRES.texts(
                            "SELECT pid FROM pg_stat_activity WHERE application_name ="
                                + " 'read-lock' AND state <> 'idle'"))
                    .isEmpty());
  }

  private Dataset<Row> read(String source, String name, Map<String, String> session) {
    JdbcConfig config =
        POSTGRES.config(
            source,
            name,
            "partitionColumn",
            "id",
            "partitions",
            PARTS,
            "session",
            session,
            "properties",
            Map.of("ApplicationName", "read-lock"));
    return source.equals("query")
        ? new JdbcQueryConnector(config).read(SPARK)
        : new JdbcConnector(config).read(SPARK);
  }

  private static MapFunction<Row, Long> meanwhile(Runnable action) {
    ONCE.set(action);
    return row -> {
      doOnce();
      return row.getLong(0);
    };
  }

  /** Other tasks wait for it, which could else have read everything before it begins. */
  private static synchronized void doOnce() {
    Runnable due = ONCE.getAndSet(null);
    if (due != null) {
      due.run();
    }
  }

  /** Starts the statement, and goes on as soon as it waits for its lock, or has waited in vain. */
  private void startTruncate(String... settings) {
    truncate =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowable(
                    () -> {
                      try (Connection connection = POSTGRES.connect();
                          Statement statement = connection.createStatement()) {
                        for (String sql : settings) {
                          statement.execute(sql);
                        }
                        statement.execute("TRUNCATE " + table);
                      }
                    }));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                truncate.isDone()
                    || !POSTGRES
                        .texts(
                            "SELECT pid FROM pg_locks WHERE NOT granted AND relation = '"
                                + table
                                + "'::regclass AND mode = 'AccessExclusiveLock'")
                        .isEmpty());
  }

  @Test
  void query_whoseTableIsToBeTruncated_losesNoRow() {
    List<Long> ids =
        read("query", "SELECT id FROM " + table + " WHERE id > 0", Map.of())
            .map(meanwhile(() -> startTruncate("SET lock_timeout = '2s'")), Encoders.LONG())
            .collectAsList();

    assertThat(ids).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(truncate.join())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("lock timeout");
  }

  @Test
  void table_whoseTruncationWaitsForever_failsInsteadOfWaitingToo() {
    Dataset<Long> ids =
        read("table", table, Map.of("lock_timeout", "300"))
            .map(meanwhile(this::startTruncate), Encoders.LONG());

    CompletableFuture<Throwable> failure =
        CompletableFuture.supplyAsync(() -> catchThrowable(ids::collectAsList))
            .orTimeout(60, TimeUnit.SECONDS);

    assertThat(failure.join()).isNotNull();
    assertThat(SqlErrors.find(failure.join(), io.standpipe.spi.ConnectorException.class))
        .hasValueSatisfying(
            error ->
                assertThat(error)
                    .hasMessageMatching(
                        "cannot read table '"
                            + table
                            + "', partition \\d of 6 from jdbc:postgresql://.*/postgres: ERROR:"
                            + " canceling statement due to lock timeout Position: \\d+\\. Another"
                            + " transaction has locked the table, or waits for that: try again when"
                            + " it has ended\\."));
    assertThat(truncate.join()).isNull();
    assertThat(POSTGRES.texts("SELECT count(*) FROM " + table)).containsExactly("0");
  }

  /** No execution of SQL, whose snapshot would be known: a plain job with two stages. */
  @Test
  void stageThatIsRunAgain_seesTheSnapshotOfItsJob() {
    JavaRDD<Long> once =
        read("table", table, Map.of())
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .map(row -> row.getLong(0))
            .repartition(2);
    int shuffle = shuffleOf(once.rdd());
    AtomicBoolean lost = new AtomicBoolean();
    ONCE.set(() -> POSTGRES.execute("DELETE FROM " + table));
    LOST.set(lost);

    List<Long> ids = once.mapPartitions(rows -> losingOutputs(rows, shuffle)).collect();

    assertThat(lost).isTrue();
    assertThat(POSTGRES.texts("SELECT count(*) FROM " + table)).containsExactly("0");
    assertThat(ids).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(once.count()).as("another job, whose stage is there").isEqualTo(ROWS);
  }

  private static final AtomicReference<AtomicBoolean> LOST = new AtomicReference<>();

  private static int shuffleOf(org.apache.spark.rdd.RDD<?> rdd) {
    var dependency = rdd.dependencies().head();
    return dependency instanceof ShuffleDependency<?, ?, ?> shuffle
        ? shuffle.shuffleId()
        : shuffleOf(dependency.rdd());
  }

  /** Makes Spark run the first stage again, after its rows have been deleted. */
  private static java.util.Iterator<Long> losingOutputs(
      java.util.Iterator<Long> rows, int shuffle) {
    if (TaskContext.get().stageAttemptNumber() == 0) {
      if (LOST.get().compareAndSet(false, true)) {
        ONCE.getAndSet(null).run();
        ((MapOutputTrackerMaster) SparkEnv.get().mapOutputTracker())
            .unregisterAllMapAndMergeOutput(shuffle);
      }
      throw sneaky(new MetadataFetchFailedException(shuffle, 0, "lost"));
    }
    List<Long> all = new ArrayList<>();
    rows.forEachRemaining(all::add);
    return all.iterator();
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> RuntimeException sneaky(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void stageThatWaitedForAnOverwrite_seesTheNewRows() throws Exception {
    JavaRDD<?> rows = read("table", table, Map.of()).queryExecution().toRdd().toJavaRDD();
    assertThat(rows.getNumPartitions()).isEqualTo(PARTS);
    try (Connection connection = POSTGRES.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("TRUNCATE " + table);
      statement.execute("INSERT INTO " + table + " VALUES (1), (7)");
      CompletableFuture<Long> count = CompletableFuture.supplyAsync(rows::count);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  !POSTGRES
                      .texts(
                          "SELECT pid FROM pg_locks WHERE NOT granted AND relation = '"
                              + table
                              + "'::regclass")
                      .isEmpty());
      connection.commit();

      assertThat(count.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }

  @Test
  void stageOfALockedTable_holdsUpTheSchedulerForSecondsOnly() throws Exception {
    JavaRDD<?> rows = read("table", table, Map.of()).queryExecution().toRdd().toJavaRDD();
    assertThat(rows.getNumPartitions()).isEqualTo(PARTS);
    try (Connection connection = POSTGRES.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE " + table);
      CompletableFuture<Throwable> failure =
          CompletableFuture.supplyAsync(() -> catchThrowable(rows::count));
      try {
        assertThat(failure.get(30, TimeUnit.SECONDS))
            .hasMessageContaining("cannot read table '" + table + "'")
            .hasMessageContaining("canceling statement due to lock timeout");
      } finally {
        connection.rollback();
      }
    }
    assertThat(rows.count()).isEqualTo(ROWS);
  }
}
