package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real MariaDB. */
class MariaDbTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final ErrorClassifier CLASSIFIER = new JdbcFactory().errorClassifier();
  private static MariaDbServer server;

  private String table;
  private JdbcConnector connector;

  @BeforeAll
  static void startServer() throws Exception {
    server = MariaDbServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = connector();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(
            texts(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE"
                    + " 'standpipe_stage%'"))
        .isEmpty();
  }

  private JdbcConfig config(Object... namesAndValues) {
    Map<String, Object> options = new HashMap<>();
    options.put("url", server.url("test"));
    options.put("user", "root");
    options.put("table", table);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Options.of(options);
  }

  private JdbcConnector connector(Object... namesAndValues) {
    return new JdbcConnector(config(namesAndValues));
  }

  private Connection connect() throws SQLException {
    return ConnectionSettings.of(config()).open();
  }

  private void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> texts(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> ids() {
    return texts("SELECT id FROM " + table + " ORDER BY id");
  }

  @Test
  void append_sameTokenTwice_writesOnce() {
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));

    assertThat(connector.write(SPARK, SPARK.range(0, 3, 1, 2).toDF("id"), request))
        .isEqualTo(WriteResult.committed(3));
    assertThat(connector.write(SPARK, SPARK.range(3).toDF("id"), request))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(ids()).containsExactly("0", "1", "2");
    assertThat(connector.read(SPARK).where("id > 0").count()).isEqualTo(2);
    connector.drop(SPARK);
    assertThat(connector.exists(SPARK)).isFalse();
  }

  @Test
  void append_sameTokenAtTheSameTime_writesOnce() {
    connector.write(
        SPARK, SPARK.range(0).toDF("id"), APPEND.withToken(new CommitToken("a", table)));
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));

    CompletableFuture<WriteResult> other =
        CompletableFuture.supplyAsync(
            () -> connector().write(SPARK, SPARK.range(50).toDF("id"), request));
    WriteResult result = connector.write(SPARK, SPARK.range(50).toDF("id"), request);

    assertThat(List.of(result.outcome(), other.join().outcome()))
        .containsExactlyInAnyOrder(Outcome.COMMITTED, Outcome.ALREADY_COMMITTED);
    assertThat(ids()).hasSize(50);
  }

  @Test
  void append_everyType_arrives() {
    String row =
        "SELECT true AS b, 1S AS s, 2 AS i, 3L AS l, 0.5F AS f, 0.25D AS d, 12.50BD AS n,"
            + " 'Zürich \uD83D\uDE00 \"q\"' AS t, DATE '2001-02-03' AS day,"
            + " TIMESTAMP '2001-02-03 09:00:00.123456 Asia/Tokyo' AS at,"
            + " TIMESTAMP_NTZ '1900-01-01 00:00:00.5' AS local, X'00ff' AS raw,"
            + " CAST(NULL AS STRING) AS nothing";
    connector.write(SPARK, SPARK.sql(row), APPEND);
    // The second time the table tells the types.
    connector.write(SPARK, SPARK.sql(row), APPEND);

    assertThat(
            texts(
                "SELECT concat_ws('|', b, s, i, l, f, d, n, t, day, at, local, hex(raw),"
                    + " nothing IS NULL) FROM "
                    + table))
        .containsOnly(
            "1|1|2|3|0.5|0.25|12.50|Zürich \uD83D\uDE00 \"q\"|2001-02-03|"
                + "2001-02-03 00:00:00.123456|1900-01-01 00:00:00.500000|00FF|1")
        .hasSize(2);
  }

  @Test
  void read_floats_haveAllTheirDigits() {
    String row = "SELECT CAST('3.4028235E38' AS FLOAT) AS f, CAST('1.4E-45' AS FLOAT) AS g";
    connector.write(SPARK, SPARK.sql(row), APPEND);

    assertThat(connector.read(SPARK).collectAsList()).isEqualTo(SPARK.sql(row).collectAsList());
  }

  @Test
  void upsert_textKeyWithoutLength_isPermanent() {
    Throwable error =
        catchThrowable(
            () ->
                connector.upsert(SPARK, SPARK.sql("SELECT 'a' AS k"), WriteRequest.upsert("k")));

    assertThat(error).hasMessageContaining("used in key specification without a key length");
    assertThat(verdict(error)).isEqualTo(Verdict.PERMANENT);
  }

  @Test
  void append_evolving_addsColumns() {
    connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND);
    connector.write(
        SPARK,
        SPARK.range(1, 2).selectExpr("id", "'x' AS more"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(texts("SELECT more FROM " + table + " ORDER BY id")).containsExactly(null, "x");
  }

  @Test
  void overwrite_badRow_keepsTheOldRows() {
    execute(
        "CREATE TABLE " + table + " (id bigint CHECK (id < 100))",
        "INSERT INTO " + table + " VALUES (1)");
    WriteRequest overwrite = WriteRequest.of(WriteMode.OVERWRITE);

    assertThatThrownBy(() -> connector.write(SPARK, SPARK.range(90, 110).toDF("id"), overwrite))
        .isInstanceOf(ConnectorException.class)
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.");
    assertThat(ids()).containsExactly("1");
    assertThat(connector.write(SPARK, SPARK.range(7, 9).toDF("id"), overwrite))
        .isEqualTo(WriteResult.committed(2));
    assertThat(ids()).containsExactly("7", "8");
    connector.write(
        SPARK,
        SPARK.range(8, 10).toDF("id"),
        overwrite.replacing(Condition.column("id").atLeast(8)));
    assertThat(ids()).containsExactly("7", "8", "9");
  }

  @Test
  void upsert_keysThatAreThere_areUpdatedOrIgnored() {
    WriteRequest upsert = WriteRequest.upsert("id");
    String ddl = "id BIGINT, n INT";
    connector.upsert(SPARK, rows(ddl, RowFactory.create(1L, 1), RowFactory.create(2L, 2)), upsert);

    assertThat(
            connector.upsert(
                SPARK, rows(ddl, RowFactory.create(2L, 20), RowFactory.create(3L, 30)), upsert))
        .isEqualTo(WriteResult.committed(2));
    assertThat(
            connector("onConflict", "ignore")
                .upsert(
                    SPARK, rows(ddl, RowFactory.create(3L, 0), RowFactory.create(4L, 4)), upsert))
        .isEqualTo(WriteResult.committed(1));
    assertThat(texts("SELECT concat(id, ':', n) FROM " + table + " ORDER BY id"))
        .containsExactly("1:1", "2:20", "3:30", "4:4");
    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK, rows(ddl, RowFactory.create(5L, 0), RowFactory.create(5L, 4)), upsert))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessageContaining("have the key id=5");
  }

  @Test
  void delete_keysOrCondition_removesTheseRows() {
    execute("CREATE TABLE " + table + " (id bigint, name varchar(20))");
    connector.write(SPARK, SPARK.range(10).selectExpr("id", "concat('n_', id) AS name"), APPEND);

    assertThat(connector.delete(SPARK, SPARK.range(3).toDF("id"), WriteRequest.delete("id")))
        .isEqualTo(WriteResult.committed(3));
    assertThat(
            connector.deleteWhere(
                SPARK,
                Condition.column("id").atLeast(8).or(Condition.column("name").startsWith("n_5"))))
        .isEqualTo(WriteResult.committed(3));
    assertThat(ids()).containsExactly("3", "4", "6", "7");
  }

  /** The first verdict on the way through the causes, as the platform finds it. */
  private static Verdict verdict(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (CLASSIFIER.classify(cause).isPresent()) {
        return CLASSIFIER.classify(cause).get().verdict();
      }
    }
    return Verdict.UNKNOWN;
  }

  private Verdict append(String columns, Object... values) {
    String other = Database.newTable();
    execute("CREATE TABLE " + other + " (" + columns + ")");
    return verdict(
        catchThrowable(
            () ->
                connector("table", other)
                    .write(SPARK, rows("a INT, b STRING", RowFactory.create(values)), APPEND)));
  }

  @Test
  void errors_rowsThatAreWrong_areData() {
    assertThat(append("a integer NOT NULL, b text", null, "x")).isEqualTo(Verdict.DATA);
    assertThat(append("a integer CHECK (a > 5), b text", 1, "x")).isEqualTo(Verdict.DATA);
    assertThat(append("a integer, b varchar(2)", 1, "xyz")).isEqualTo(Verdict.DATA);
    assertThat(append("a smallint, b text", 100_000, "x")).isEqualTo(Verdict.DATA);
    assertThat(append("a integer, b uuid", 1, "no uuid")).isEqualTo(Verdict.DATA);
  }

  @Test
  void errors_duplicateKey_isData() {
    execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY)");
    connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND);

    Throwable error =
        catchThrowable(() -> connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND));

    assertThat(error).hasMessageContaining("Duplicate entry");
    assertThat(verdict(error)).isEqualTo(Verdict.DATA);
  }

  @Test
  void errors_lockThatIsHeld_isAConflict() throws Exception {
    execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY)");
    connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND);
    try (Connection other = connect();
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
      assertThat(verdict(error)).isEqualTo(Verdict.CONFLICT);
    }
  }

  @Test
  void errors_deadlock_isAConflict() throws Exception {
    execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY, n int)");
    execute("INSERT INTO " + table + " VALUES (1, 0), (2, 0)");
    String update = "UPDATE " + table + " SET n = n + 1 WHERE id = ";
    try (Connection first = connect();
        Connection second = connect();
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
      assertThat(verdict(failed)).isEqualTo(Verdict.CONFLICT);
    }
  }

  @Test
  void errors_tooManyConnections_areThrottled() throws Exception {
    execute("SET GLOBAL max_connections = 10");
    List<Connection> open = new ArrayList<>();
    try {
      Throwable error =
          catchThrowable(
              () -> {
                for (int i = 0; i < 20; i++) {
                  open.add(connect());
                }
              });

      assertThat(verdict(error)).isEqualTo(Verdict.THROTTLED);
    } finally {
      for (Connection connection : open) {
        connection.close();
      }
      await().untilAsserted(() -> execute("SET GLOBAL max_connections = 150"));
    }
  }

  @Test
  void errors_connectionThatIsKilled_isTransient() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      String id;
      try (var rows = statement.executeQuery("SELECT connection_id()")) {
        rows.next();
        id = rows.getString(1);
      }
      execute("KILL " + id);

      Throwable error = catchThrowable(() -> statement.execute("SELECT 1"));

      assertThat(verdict(error)).isEqualTo(Verdict.TRANSIENT);
    }
  }

  @Test
  void errors_statementThatTakesTooLong_isTransient() throws Exception {
    try (Connection connection = ConnectionSettings.of(config("queryTimeout", "0.2S")).open();
        Statement statement = connection.createStatement()) {
      Throwable error = catchThrowable(() -> statement.execute("SELECT sleep(5) FROM dual"));

      assertThat(error).hasMessageContaining("max_statement_time");
      assertThat(verdict(error)).isEqualTo(Verdict.TRANSIENT);
    }
  }

  @Test
  void errors_databaseOrTableMissing_isPermanent() {
    assertThat(verdict(catchThrowable(() -> connector("url", server.url("nowhere")).exists(SPARK))))
        .isEqualTo(Verdict.PERMANENT);
    assertThatThrownBy(
            () -> connector.delete(SPARK, SPARK.range(1).toDF("id"), WriteRequest.delete("id")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("table '" + table + "' does not exist in schema 'test'");
  }

  @Test
  void read_typesFiltersAndSortedLimits_areThoseOfSpark() {
    execute(
        "CREATE TABLE "
            + table
            + " (id BIGINT PRIMARY KEY, n INT UNSIGNED, d DECIMAL(10,2), f DOUBLE, ok BOOLEAN, s"
            + " VARCHAR(20), day DATE, at TIMESTAMP(6) NULL, local DATETIME(6), raw BLOB)");
    execute(
        "INSERT INTO "
            + table
            + " VALUES (1, 4294967295, 12.50, 0.25, TRUE, 'a', '1582-10-10', '2020-03-29"
            + " 01:30:00.000001', '2020-03-29 02:30:00.000001', x'00ff'), (2, 0, -0.01, -1.5, FALSE,"
            + " 'A', '0001-01-01', NULL, '9999-12-31 23:59:59.999999', NULL), (3, NULL, NULL, NULL,"
            + " NULL, NULL, NULL, NULL, NULL, NULL)");
    Dataset<Row> read = connector.read(SPARK);

    assertThat(read.schema().toDDL())
        .isEqualTo(
            "id BIGINT,n BIGINT,d DECIMAL(10,2),f DOUBLE,ok BOOLEAN,s STRING,day DATE,at"
                + " TIMESTAMP,local TIMESTAMP_NTZ,raw BINARY");
    assertThat(
            shown(
                read.where("id = 1")
                    .selectExpr(
                        "n", "d", "f", "ok", "s", "CAST(day AS STRING)", "local", "hex(raw)")))
        .containsExactly(
            "[4294967295,12.50,0.25,true,a,1582-10-10,2020-03-29T02:30:00.000001,00FF]");
    assertThat(shown(read.where("id = 1").selectExpr("unix_micros(at)")))
        .containsExactly("[1585445400000001]");
    assertThat(shown(read.where("s = 'a'").select("id"))).containsExactly("[1]");
    assertThat(shown(read.where("n > 0 AND d < 13 AND day < DATE'2000-01-01'").select("id")))
        .containsExactly("[1]");
    assertThat(shown(read.orderBy(col("n").asc_nulls_last()).limit(2).select("id")))
        .containsExactly("[2]", "[1]");
    assertThat(shown(read.orderBy(col("n").desc()).limit(3).select("id")))
        .containsExactly("[1]", "[2]", "[3]");
    assertThat(shown(read.orderBy(col("n").desc_nulls_first()).limit(1).select("id")))
        .containsExactly("[3]");
    assertThat(shown(read.selectExpr("count(*)", "sum(d)", "min(n)", "max(s)")))
        .containsExactly("[3,12.49,0,a]");
  }

  private static List<String> shown(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).toList();
  }
}
