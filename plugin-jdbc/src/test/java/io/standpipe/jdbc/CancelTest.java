package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes and reads that are cancelled while a database makes them wait for a lock. */
class CancelTest {
  private static final Database POSTGRES = Database.POSTGRESQL;

  @TempDir Path directory;
  private String table;
  private JdbcConnector connector;
  private WriteRequest request;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector =
        new JdbcConnector(
            POSTGRES.config("table", table, "properties", Map.of("ApplicationName", table)));
    request = WriteRequest.of(WriteMode.APPEND).withToken(new CommitToken("cancelled", table));
  }

  @AfterEach
  void nothingIsLeftBehind() {
    awaitConnections("state <> 'idle'", false);
    assertThat(POSTGRES.stagingTables()).isEmpty();
    connector.close();
  }

  /** Waits until the connector has such connections, or has none. */
  private void awaitConnections(String condition, boolean some) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !connections(condition).isEmpty(), found -> found == some);
  }

  private List<String> connections(String condition) {
    return POSTGRES.texts(
        "SELECT query FROM pg_stat_activity WHERE application_name = '"
            + table
            + "' AND "
            + condition);
  }

  private void awaitLocked(String query) {
    awaitConnections("wait_event_type = 'Lock' AND query LIKE '" + query + "%'", true);
  }

  private List<String> ids() {
    return POSTGRES.texts("SELECT id FROM " + table + " ORDER BY id LIMIT 100");
  }

  /** Rows that one task sends straight into the table. */
  private Dataset<Row> light(long count) {
    String path = directory.resolve("rows").toString();
    SPARK.range(0, count, 1, 1).selectExpr("id", "repeat('x', 2000) AS text").write().parquet(path);
    return SPARK.read().parquet(path);
  }

  /** Rows that tasks stage. */
  private static Dataset<Row> staged() {
    return SPARK
        .range(3)
        .toDF("id")
        .groupBy("id")
        .count()
        .selectExpr("id", "CAST(count AS STRING) AS text");
  }

  private void create() {
    POSTGRES.execute("CREATE TABLE " + table + " (id bigint, text text)");
  }

  /** Runs a function for each row, which waits for the table's own advisory lock at one of them. */
  private void waitingTrigger(String trigger, long row) {
    create();
    POSTGRES.execute(
        "CREATE FUNCTION wait_"
            + table
            + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = "
            + row
            + " THEN PERFORM pg_advisory_xact_lock(hashtext('"
            + table
            + "')); END IF; RETURN NEW; END $$",
        trigger.formatted(table) + " FOR EACH ROW EXECUTE FUNCTION wait_" + table + "()");
  }

  private static Connection transaction(Connection other, String sql) throws SQLException {
    other.setAutoCommit(false);
    try (Statement statement = other.createStatement()) {
      statement.execute(sql);
    }
    return other;
  }

  private Connection lock(String mode) throws SQLException {
    return transaction(POSTGRES.connect(), "LOCK TABLE " + table + " IN " + mode + " MODE");
  }

  private Connection advisoryLock() throws SQLException {
    return transaction(
        POSTGRES.connect(), "SELECT pg_advisory_xact_lock(hashtext('" + table + "'))");
  }

  private Cancelled begin(Dataset<Row> rows) {
    return Cancelled.begin(table, () -> connector.write(SPARK, rows, request));
  }

  private void assertNothingWrittenAndRepeatable(Dataset<Row> rows) {
    assertThat(ids()).isEmpty();
    assertThat(connector.write(SPARK, rows, request).outcome())
        .isEqualTo(WriteResult.Outcome.COMMITTED);
    assertThat(ids()).isNotEmpty();
  }

  /** The first makes the staging table wait, the second the transaction that moves the rows. */
  @ParameterizedTest
  @ValueSource(strings = {"ACCESS EXCLUSIVE", "SHARE"})
  void write_driverWaitsForLock_interruptedOnce_endsAndKeepsTheInterrupt(String mode)
      throws Exception {
    create();
    try (Connection other = lock(mode)) {
      Cancelled write = begin(staged());
      awaitLocked(mode.equals("SHARE") ? "INSERT" : "CREATE");

      write.cancel();

      assertThatThrownBy(write::result)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(ConnectorException.class)
          .hasMessageContaining("canceling statement due to user request");
      assertThat(write.wasInterrupted()).isTrue();
      awaitConnections("state <> 'idle'", false);
    }
    assertNothingWrittenAndRepeatable(staged());
  }

  @Test
  void write_taskWaitsForLock_cancelled_ends() throws Exception {
    create();
    Dataset<Row> rows = light(10);
    try (Connection other = lock("SHARE")) {
      Cancelled write = begin(rows);
      awaitLocked("COPY");

      assertThat(write.end()).isPresent();

      awaitConnections("state <> 'idle'", false);
    }
    assertNothingWrittenAndRepeatable(rows);
  }

  /** So many rows that the task hangs while it sends them. */
  @Test
  void write_serverStopsInMidCopy_cancelled_ends() throws Exception {
    waitingTrigger("CREATE TRIGGER waiting BEFORE INSERT ON %s", 5);
    Dataset<Row> rows = light(20_000);
    try (Connection other = advisoryLock()) {
      Cancelled write = begin(rows);
      awaitLocked("COPY");

      assertThat(write.end()).isPresent();

      awaitConnections("state <> 'idle'", false);
    }
    assertNothingWrittenAndRepeatable(rows);
  }

  private static final String DEFERRED =
      "CREATE CONSTRAINT TRIGGER waiting AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED";

  @Test
  void write_cancelledWhileItCommits_isCommitted() throws Exception {
    waitingTrigger(DEFERRED, 1);
    Cancelled write;
    try (Connection other = advisoryLock()) {
      write = begin(staged());
      awaitLocked("COMMIT");
      write.cancel();
      await()
          .during(Duration.ofMillis(700))
          .atMost(Duration.ofSeconds(10))
          .until(() -> !connections("wait_event_type = 'Lock' AND query = 'COMMIT'").isEmpty());
    }

    assertThat(write.result()).isEqualTo(WriteResult.committed(3));
    assertThat(write.wasInterrupted()).isTrue();
    assertThat(ids()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void write_cancelledWhileItCommitsForLong_isAmbiguous(boolean direct) throws Exception {
    waitingTrigger(DEFERRED, 1);
    Dataset<Row> rows = direct ? light(3) : staged();
    try (Connection other = advisoryLock()) {
      Cancelled write = begin(rows);
      awaitLocked("COMMIT");

      Throwable failure = write.end().orElseThrow();

      assertThat(failure).isInstanceOf(UnknownCommitException.class);
      assertThat(Verdicts.of(failure)).isEqualTo(Verdict.AMBIGUOUS);
      // Until it has committed, the server keeps the staging table, and nobody waits for that.
      awaitConnections("state <> 'idle' AND query LIKE 'DROP%'", false);
    }
    // The server was at it, and does not know that nobody waits for it any more.
    await().atMost(Duration.ofSeconds(10)).until(() -> ids().size() == 3);
    assertThat(connector.write(SPARK, rows, request).outcome())
        .isEqualTo(WriteResult.Outcome.ALREADY_COMMITTED);
    awaitConnections("state <> 'idle'", false);
    assertThat(POSTGRES.dropStagingTables()).hasSizeLessThanOrEqualTo(direct ? 0 : 1);
  }

  @Test
  void read_driverWaitsForLock_interrupted_ends() throws Exception {
    create();
    try (Connection other = lock("ACCESS EXCLUSIVE")) {
      Cancelled read =
          Cancelled.begin(
              table, () -> WriteResult.committed(connector.read(SPARK).collectAsList().size()));
      awaitLocked("SELECT");

      assertThat(read.end()).isPresent();

      awaitConnections("state <> 'idle'", false);
    }
  }

  /** The row that another transaction has inserted may yet become visible, or not. */
  private static void assertEnds(
      JdbcConnector other, Connection inserting, String table, String waiting, Waits waits)
      throws Exception {
    WriteRequest append = WriteRequest.of(WriteMode.APPEND);
    try (Connection holding =
        transaction(inserting, "INSERT INTO " + table + " VALUES (1, 'theirs')")) {
      Cancelled write = Cancelled.begin(table, () -> other.write(SPARK, staged(), append));
      await().atMost(Duration.ofSeconds(20)).until(() -> !waits.texts(waiting).isEmpty());

      assertThat(write.end()).isPresent();

      await().atMost(Duration.ofSeconds(10)).until(() -> waits.texts(waiting).isEmpty());
    }
    assertThat(other.write(SPARK, staged(), append)).isEqualTo(WriteResult.committed(3));
  }

  /** Asks a database. */
  private interface Waits {
    List<String> texts(String query);
  }

  private static String creation(String table) {
    return "CREATE TABLE " + table + " (id bigint PRIMARY KEY, text varchar(100))";
  }

  @Test
  void write_mariaDbWaitsForRow_cancelled_ends() throws Exception {
    MariaDbServer server = MariaDbServer.shared();
    server.execute(creation(table));
    assertEnds(
        new JdbcConnector(server.config(table)),
        server.connect(),
        table,
        "SELECT trx_query FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
        server::texts);
  }

  @Test
  void write_h2WaitsForRow_cancelled_ends() throws Exception {
    String name = table.toUpperCase(java.util.Locale.ROOT);
    Database.H2.execute(creation(name));
    assertEnds(
        Database.H2.table(name),
        Database.H2.connect(),
        name,
        "SELECT executing_statement FROM information_schema.sessions"
            + " WHERE blocker_id IS NOT NULL AND executing_statement LIKE 'INSERT%'",
        Database.H2::texts);
  }
}
