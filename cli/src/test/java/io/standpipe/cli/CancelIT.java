package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the packaged distribution that are cancelled, as processes. */
class CancelIT {
  private static final String AT_WORK =
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'standpipe'"
          + " AND wait_event_type = 'Lock'";

  /** A Spark session takes its time to stop, and a time limit to come. */
  private static final int SECONDS = 20;

  private static EmbeddedPostgres postgres;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    postgres = LocalPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  private static boolean is(String question) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getBoolean(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a transaction that keeps others from writing to a new table. */
  private static Connection locked(String table) throws SQLException {
    Connection connection = postgres.getPostgresDatabase().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + table + " (id bigint)");
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE " + table + " IN SHARE MODE");
    }
    return connection;
  }

  private void prepare(String pipeline) throws IOException {
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        spark: {master: "local[2]", conf: {spark.sql.shuffle.partitions: 2}}
        storages:
          few: {connector: sql, query: "SELECT id FROM RANGE(1000)"}
          broken: {connector: sql, query: "SELECT CAST(raise_error('broken') AS BIGINT) AS id FROM RANGE(1)"}
          endless: {connector: sql, query: "SELECT id FROM RANGE(1000000000000) WHERE hash(id) = id"}
          out: {connector: file, format: json, path: out}
          direct: {connector: jdbc, url: "jdbc:postgresql://localhost:%1$d/postgres", user: postgres, table: direct}
          staged: {connector: jdbc, url: "jdbc:postgresql://localhost:%1$d/postgres", user: postgres, table: staged}
          limited: {connector: jdbc, url: "jdbc:postgresql://localhost:%1$d/postgres", user: postgres, table: limited}
        """
            .formatted(postgres.getPort()));
    Files.writeString(folder.resolve("pipeline.yaml"), pipeline);
  }

  /**
   * Runs the pipeline until it is at work, tells the process to stop unless that is not the reason,
   * and returns the report.
   */
  private String assertCancelled(BooleanSupplier atWork, String reason) throws Exception {
    Path err = folder.resolve("err");
    Process process =
        Launcher.in(folder)
            .builder("run", "pipeline.yaml", "--report", "report")
            .redirectErrorStream(true)
            .redirectOutput(err.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> atWork.getAsBoolean() || !process.isAlive());
      if (reason.equals("the run was cancelled")) {
        process.toHandle().destroy();
      }

      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as(Files.readString(err)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(1);
    String report = Files.readString(folder.resolve("report/report.json"));
    assertThat(report)
        .contains("\"status\" : \"cancelled\"")
        .contains("\"verdict\" : \"cancelled\"")
        .contains("\"message\" : \"cancelled because " + reason + "\"");
    return report;
  }

  @Test
  void run_sparkAtWork_getsSigterm_endsCancelled() throws Exception {
    prepare(
        """
        steps:
          - read: endless
          - {write: out, from: endless, mode: append}
        """);

    assertCancelled(() -> Files.exists(folder.resolve("out")), "the run was cancelled");
  }

  @Test
  void run_taskWaitsForLock_getsSigterm_endsCancelled() throws Exception {
    prepare(
        """
        steps:
          - read: few
          - {write: direct, from: few, mode: append}
        """);
    try (Connection other = locked("direct")) {
      assertCancelled(() -> is(AT_WORK), "the run was cancelled");

      assertThat(is(AT_WORK)).isFalse();
    }
    assertThat(is("SELECT count(*) = 0 FROM direct")).isTrue();
  }

  @Test
  void run_transactionWaitsForLock_timeLimitIsOver_endsCancelled() throws Exception {
    prepare(
        """
        timeLimit: 10s
        steps:
          - read: few
          - {as: grouped, sql: SELECT id FROM few GROUP BY id}
          - {write: limited, from: grouped, mode: append}
        """);
    try (Connection other = locked("limited")) {
      assertCancelled(() -> is(AT_WORK), "the time limit of the run is over");

      assertThat(is(AT_WORK)).isFalse();
    }
    assertThat(is("SELECT count(*) = 0 FROM limited")).isTrue();
  }

  @Test
  void run_transactionWaitsForLock_stepBesideFails_endsCancelled() throws Exception {
    prepare(
        """
        steps:
          - read: few
          - read: broken
          - {as: grouped, sql: SELECT id FROM few GROUP BY id}
          - {write: staged, from: grouped, mode: append}
          - {write: out, from: broken, mode: append, retry: {attempts: 5, within: 1m}}
        """);
    try (Connection other = locked("staged")) {
      assertThat(assertCancelled(() -> is(AT_WORK), "'write_out' failed"))
          .contains("\"status\" : \"failed\"");

      assertThat(is(AT_WORK)).isFalse();
    }
    assertThat(is("SELECT count(*) = 0 FROM staged")).isTrue();
  }
}
