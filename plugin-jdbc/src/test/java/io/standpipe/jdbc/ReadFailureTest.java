package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Reads of PostgreSQL that do not come to their end. */
class ReadFailureTest {
  private static final Map<String, Boolean> KILLED = new ConcurrentHashMap<>();

  private static final Database POSTGRES = Database.POSTGRESQL;
  private static final String MANY =
      "SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 2000000) i";

  private static Dataset<Row> read(String application, String query, Object... options) {
    Object[] all = java.util.Arrays.copyOf(options, options.length + 4);
    all[options.length] = "query";
    all[options.length + 1] = query;
    all[options.length + 2] = "properties";
    all[options.length + 3] = Map.of("ApplicationName", application);
    return new JdbcQueryConnector(POSTGRES.config(all)).read(SPARK);
  }

  /** Those that do something. */
  private static String connections(String application) {
    return "FROM pg_stat_activity WHERE state <> 'idle' AND application_name = '"
        + application
        + "'";
  }

  private static void awaitNoConnection(String application) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(POSTGRES.texts("SELECT query " + connections(application))).isEmpty());
  }

  @Test
  void connectionKilledInMidRead_isTransientAndSaysWhere() {
    MapFunction<Row, Integer> killing =
        row -> {
          if (row.getInt(0) == 10) {
            POSTGRES.execute("SELECT pg_terminate_backend(pid) " + connections("killed-read"));
          }
          return row.getInt(0);
        };
    Dataset<Integer> rows = read("killed-read", MANY).map(killing, Encoders.INT());

    Throwable error = catchThrowable(() -> rows.write().format("noop").mode("append").save());

    assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    assertThat(error)
        .hasStackTraceContaining(
            "cannot read the query, partition 1 of 1 from " + POSTGRES.url() + ": ");
    assertThat(SqlErrors.find(error, SQLException.class)).isPresent();
    awaitNoConnection("killed-read");
  }

  @Test
  void cancelledJob_stopsTheQueryAtOnce() {
    Dataset<Row> rows = read("cancelled-read", "SELECT 1 AS one, pg_sleep(600)::text AS nothing");
    CompletableFuture<Throwable> result =
        CompletableFuture.supplyAsync(
            () -> {
              SPARK.sparkContext().setJobGroup("cancelled-read", "sleeps", false);
              return catchThrowable(rows::collectAsList);
            });
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                !POSTGRES
                    .texts(
                        "SELECT query "
                            + connections("cancelled-read")
                            + " AND state = 'active' AND query LIKE 'COPY%'")
                    .isEmpty());

    SPARK.sparkContext().cancelJobGroup("cancelled-read");

    awaitNoConnection("cancelled-read");
    assertThat(result.join()).hasMessageContaining("cancelled");
  }

  @Test
  void fewRowsOfMany_endTheQuery() {
    Dataset<Row> rows = read("short-read", MANY);

    assertThat(rows.filter("i % 2 = 0 OR rand() > 2").takeAsList(5)).hasSize(5);
    awaitNoConnection("short-read");
  }

  @Test
  void queryTimeout_endsTheQuery() {
    Throwable error =
        catchThrowable(
            () ->
                read("slow-read", "SELECT pg_sleep(30)::text AS v", "queryTimeout", "3s")
                    .collectAsList());

    assertThat(error)
        .hasMessageContaining(
            "cannot read the query, partition 1 of 1 from "
                + POSTGRES.url()
                + ": ERROR: canceling statement due to statement timeout. If nobody cancelled it, raise 'queryTimeout' or the server's statement_timeout.");
    assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    awaitNoConnection("slow-read");
  }

  @Test
  void lostSnapshot_isTransient() {
    String table = Database.newTable();
    POSTGRES.execute("CREATE TABLE " + table + " AS SELECT i AS id FROM generate_series(1, 100) i");
    Dataset<Row> rows =
        read("lost-snapshot", "SELECT id FROM " + table, "partitionColumn", "id", "partitions", 4);
    MapFunction<Row, Integer> killing =
        row -> {
          KILLED.computeIfAbsent(table, ReadFailureTest::endSnapshot);
          return row.getInt(0);
        };

    Throwable error = catchThrowable(() -> rows.map(killing, Encoders.INT()).collectAsList());

    assertThat(error)
        .hasStackTraceContaining(
            "the snapshot that all partitions see is gone, because the connection that kept it broke");
    assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    awaitNoConnection("lost-snapshot");
    assertThat(rows.collectAsList()).as("read again").hasSize(100);
    awaitNoConnection("lost-snapshot");
  }

  /** Returns once the server has ended the connection; all other tasks wait until then. */
  private static boolean endSnapshot(String table) {
    POSTGRES.execute(
        "SELECT pg_terminate_backend(pid, 5000) "
            + connections("lost-snapshot")
            + " AND state = 'idle in transaction'");
    return true;
  }
}
