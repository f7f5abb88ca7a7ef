package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class ConnectionPoolTest {
  private static final Database POSTGRESQL = Database.POSTGRESQL;

  /** Connections of one name are of one pool. */
  private String name;

  private ConnectionSettings settings;

  @BeforeEach
  void newPool() {
    name = Database.newTable();
    settings = settings(Map.of());
  }

  @AfterEach
  void drain() {
    ConnectionPool.drain(settings);
  }

  private ConnectionSettings settings(Map<String, Object> pool) {
    return ConnectionSettings.of(config("table", name, "pool", pool));
  }

  private JdbcConfig config(Object... options) {
    Object[] all = java.util.Arrays.copyOf(options, options.length + 4);
    all[options.length] = "properties";
    all[options.length + 1] = Map.of("ApplicationName", name);
    all[options.length + 2] = "session";
    all[options.length + 3] = Map.of("work_mem", "17MB");
    return POSTGRESQL.config(all);
  }

  private List<String> connections() {
    return POSTGRESQL.texts(
        "SELECT pid FROM pg_stat_activity WHERE application_name = '" + name + "'");
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String pid(Connection connection) throws SQLException {
    return text(connection, "SELECT pg_backend_pid()");
  }

  private String pid() throws SQLException {
    return settings.use(ConnectionPoolTest::pid);
  }

  @Test
  void use_again_isTheSameConnectionAsGoodAsNew() throws Exception {
    String first =
        settings.use(
            connection -> {
              execute(
                  connection,
                  "SET work_mem = '1MB'",
                  "SET search_path = nowhere",
                  "SELECT pg_advisory_lock(4711)",
                  "CREATE TEMP TABLE mine (id int)");
              return pid(connection);
            });

    settings.use(
        connection -> {
          assertThat(pid(connection)).isEqualTo(first);
          assertThat(
                  text(
                      connection,
                      "SELECT concat_ws(' ', current_setting('work_mem'),"
                          + " current_setting('search_path'), current_setting('application_name'),"
                          + " current_setting('extra_float_digits'), to_regclass('mine'),"
                          + " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                          + " AND pid = pg_backend_pid()))"))
              .isEqualTo("17MB \"$user\", public " + name + " 3 0");
          return true;
        });
  }

  @Test
  void use_leavingATransactionOpen_isRolledBackForTheNext() throws Exception {
    POSTGRESQL.execute("CREATE TABLE " + name + " (id int)");
    String first =
        settings.use(
            connection -> {
              connection.setAutoCommit(false);
              execute(connection, "INSERT INTO " + name + " VALUES (1)");
              return pid(connection);
            });

    assertThat(POSTGRESQL.texts("SELECT * FROM " + name)).isEmpty();
    settings.use(
        connection -> {
          assertThat(connection.getAutoCommit()).isTrue();
          assertThat(pid(connection)).isEqualTo(first);
          return true;
        });
  }

  @Test
  void use_failingInMidCopy_reachesNobodyElse() throws Exception {
    POSTGRESQL.execute("CREATE TABLE " + name + " (id int)");
    assertThatThrownBy(
            () ->
                settings.use(
                    connection -> {
                      connection.setAutoCommit(false);
                      connection
                          .unwrap(PGConnection.class)
                          .getCopyAPI()
                          .copyIn("COPY " + name + " FROM STDIN");
                      throw new IllegalStateException("the rows could not be computed");
                    }))
        .hasMessage("the rows could not be computed");

    await().until(() -> connections().isEmpty());
    assertThat(settings.<String>use(connection -> text(connection, "SELECT 1"))).isEqualTo("1");
    assertThat(POSTGRESQL.texts("SELECT * FROM " + name)).isEmpty();
  }

  @Test
  void use_connectionThatBrokeMeanwhile_getsANewOne() throws Exception {
    String first = pid();
    POSTGRESQL.execute("SELECT pg_terminate_backend(" + first + ", 5000)");

    assertThat(pid()).isNotEqualTo(first);
  }

  @Test
  void idle_longerThanItsTime_isClosedByAThreadThatEnds() throws Exception {
    settings = settings(Map.of("idleTime", "0.3s"));
    String first = pid();
    assertThat(pid()).isEqualTo(first);

    await().atMost(Duration.ofSeconds(5)).until(() -> connections().isEmpty());
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("standpipe-jdbc-idle")));
    assertThat(pid()).isNotEqualTo(first);
  }

  @Test
  void idle_moreThanSize_areClosed() throws Exception {
    settings = settings(Map.of("size", 1));
    settings.use(outer -> settings.use(inner -> true));

    await().until(() -> connections().size() == 1);
  }

  @Test
  void use_connectionOlderThanMaxLifetime_isNotUsedAgain() throws Exception {
    settings = settings(Map.of("maxLifetime", "0.000001s"));
    pid();

    await().until(() -> connections().isEmpty());
  }

  @Test
  void close_storage_closesItsIdleConnections() {
    JdbcConnector connector = new JdbcConnector(config("table", name));
    connector.write(SPARK, SPARK.range(9).toDF("id"), WriteRequest.of(WriteMode.APPEND));
    assertThat(connector.read(SPARK).collectAsList()).hasSize(9);
    assertThat(connections()).isNotEmpty();

    connector.close();

    await().until(() -> connections().isEmpty());
    assertThat(connector.exists(SPARK)).as("it still works").isTrue();
    connector.close();
  }

  @Test
  void tasks_oneAfterTheOther_shareAConnectionUnlessRowsAreLeft() {
    JdbcConfig query = config("query", "SELECT pg_backend_pid() AS pid");
    JdbcConfig many = config("query", "SELECT i FROM generate_series(1, 1000000) i");
    JdbcQueryConnector connector = new JdbcQueryConnector(query);
    Dataset<Row> rows = connector.read(SPARK);
    Integer first = rows.as(Encoders.INT()).collectAsList().get(0);

    assertThat(rows.as(Encoders.INT()).collectAsList()).containsExactly(first);
    Dataset<Row> some = new JdbcQueryConnector(many).read(SPARK).filter("i % 2 = 0 OR rand() > 2");
    assertThat(some.takeAsList(3)).hasSize(3);
    assertThat(rows.as(Encoders.INT()).collectAsList()).doesNotContain(first);
    connector.close();
  }

  @Test
  void configuration_timesOfNothing_areRefused() {
    assertThatThrownBy(() -> config("table", "t", "pool", Map.of("idleTime", "0s")))
        .hasMessage("pool.idleTime must be longer than 0, got PT0S");
  }

  @Test
  void use_againOnMariaDb_hasTheSettingsOfANewOne() throws Exception {
    settings =
        ConnectionSettings.of(
            MariaDbServer.shared().config("t", "session", Map.of("innodb_lock_wait_timeout", "7")));
    String first =
        settings.use(
            connection -> {
              execute(
                  connection,
                  "SET lock_wait_timeout = 1",
                  "SET sql_mode = ''",
                  "SET innodb_lock_wait_timeout = 1",
                  "SELECT get_lock('mine', 1)");
              return text(connection, "SELECT connection_id()");
            });

    settings.use(
        connection -> {
          assertThat(text(connection, "SELECT connection_id()")).isEqualTo(first);
          assertThat(
                  text(
                      connection,
                      "SELECT concat_ws(' ', @@lock_wait_timeout = @@global.lock_wait_timeout,"
                          + " @@sql_mode LIKE '%ANSI_QUOTES%', @@innodb_lock_wait_timeout,"
                          + " is_used_lock('mine') IS NULL, @@time_zone)"))
              .isEqualTo("1 1 7 1 +00:00");
          return true;
        });
  }

  @Test
  void embeddedDatabase_keepsNothing_soThatItsFileIsFree() {
    assertThat(ConnectionSettings.of(Database.H2.config("table", "t")).pool().size()).isZero();
  }
}
