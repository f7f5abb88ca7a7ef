package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** Errors of a real MariaDB. */
class MariaDbErrorsTest extends MariaDbTable {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  private Verdict append(String columns, Object... values) {
    String other = Database.newTable();
    SERVER.execute("CREATE TABLE " + other + " (" + columns + ")");
    return Verdicts.of(
        catchThrowable(
            () ->
                connector("table", other)
                    .write(SPARK, rows("a INT, b STRING", RowFactory.create(values)), APPEND)));
  }

  @Test
  void rowsThatAreWrong_areData() {
    assertThat(append("a integer NOT NULL, b text", null, "x")).isEqualTo(Verdict.DATA);
    assertThat(append("a integer CHECK (a > 5), b text", 1, "x")).isEqualTo(Verdict.DATA);
    assertThat(append("a integer, b varchar(2)", 1, "xyz")).isEqualTo(Verdict.DATA);
    assertThat(append("a smallint, b text", 100_000, "x")).isEqualTo(Verdict.DATA);
    assertThat(append("a integer, b uuid", 1, "no uuid")).isEqualTo(Verdict.DATA);
  }

  @Test
  void duplicateKey_isData() {
    SERVER.execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY)");
    connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND);

    Throwable error =
        catchThrowable(() -> connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND));

    assertThat(error).hasMessageContaining("Duplicate entry");
    assertThat(Verdicts.of(error)).isEqualTo(Verdict.DATA);
  }

  @Test
  void lockThatIsHeld_isAConflict() throws Exception {
    SERVER.execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY)");
    connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND);
    try (Connection other = SERVER.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("DELETE FROM " + table);

      Throwable error =
          catchThrowable(
              () ->
                  connector("session", Map.of("innodb_lock_wait_timeout", "1"))
                      .write(
                          SPARK, SPARK.range(1).toDF("id"), WriteRequest.of(WriteMode.OVERWRITE)));

      assertThat(error).hasMessageContaining("Lock wait timeout exceeded");
      assertThat(Verdicts.of(error)).isEqualTo(Verdict.CONFLICT);
    }
  }

  @Test
  void deadlock_isAConflict() throws Exception {
    SERVER.execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY, n int)");
    SERVER.execute("INSERT INTO " + table + " VALUES (1, 0), (2, 0)");
    String update = "UPDATE " + table + " SET n = n + 1 WHERE id = ";
    try (Connection first = SERVER.connect();
        Connection second = SERVER.connect();
        Statement one = first.createStatement();
        Statement two = second.createStatement()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      one.execute(update + 1);
      two.execute(update + 2);
      CompletableFuture<Throwable> waiting =
          CompletableFuture.supplyAsync(() -> catchThrowable(() -> one.execute(update + 2)));
      Throwable error = catchThrowable(() -> two.execute(update + 1));
      second.rollback();
      Throwable failed = error == null ? waiting.get() : error;

      assertThat(failed).hasMessageContaining("Deadlock found");
      assertThat(Verdicts.of(failed)).isEqualTo(Verdict.CONFLICT);
    }
  }

  @Test
  void tooManyConnections_areThrottled() throws Exception {
    SERVER.execute("SET GLOBAL max_connections = 10");
    List<Connection> open = new ArrayList<>();
    try {
      Throwable error =
          catchThrowable(
              () -> {
                for (int i = 0; i < 20; i++) {
                  open.add(SERVER.connect());
                }
              });

      assertThat(Verdicts.of(error)).isEqualTo(Verdict.THROTTLED);
    } finally {
      for (Connection connection : open) {
        connection.close();
      }
      await().untilAsserted(() -> SERVER.execute("SET GLOBAL max_connections = 150"));
    }
  }

  @Test
  void connectionThatIsKilled_isTransient() throws Exception {
    try (Connection connection = SERVER.connect();
        Statement statement = connection.createStatement()) {
      String id;
      try (var rows = statement.executeQuery("SELECT connection_id()")) {
        rows.next();
        id = rows.getString(1);
      }
      SERVER.execute("KILL " + id);

      Throwable error = catchThrowable(() -> statement.execute("SELECT 1"));

      assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    }
  }

  @Test
  void statementThatTakesTooLong_isTransient() throws Exception {
    try (Connection connection =
            ConnectionSettings.of(SERVER.config(table, "queryTimeout", "0.2S")).open();
        Statement statement = connection.createStatement()) {
      Throwable error = catchThrowable(() -> statement.execute("SELECT sleep(5) FROM dual"));

      assertThat(error).hasMessageContaining("max_statement_time");
      assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    }
  }

  @Test
  void databaseOrTableMissing_isPermanent() {
    assertThat(
            Verdicts.of(
                catchThrowable(() -> connector("url", SERVER.url("nowhere")).exists(SPARK))))
        .isEqualTo(Verdict.PERMANENT);
    assertThatThrownBy(
            () -> connector.delete(SPARK, SPARK.range(1).toDF("id"), WriteRequest.delete("id")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("table '" + table + "' does not exist in schema 'test'");
  }
}
