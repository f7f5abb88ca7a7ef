package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not answer. */
class TimeoutTest {
  /** Runs it, and returns its failure, which must come before other limits would end it. */
  private static Throwable failingSoon(Runnable work) {
    return assertTimeoutPreemptively(Duration.ofSeconds(40), () -> catchThrowable(work::run));
  }

  /** The limit is longer than the default, 10 s, and a slow machine only adds to it. */
  @ParameterizedTest
  @ValueSource(strings = {"postgresql", "mariadb"})
  void connect_serverThatSaysNothing_endsAfterConnectTimeout(String database) throws IOException {
    Duration limit = Duration.ofSeconds(12);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "jdbc:" + database + "://127.0.0.1:" + silent.getLocalPort() + "/x";
      JdbcConnector connector =
          new JdbcConnector(
              Options.of("url", url, "user", "u", "table", "t", "connectTimeout", limit));
      long begin = System.nanoTime();

      Throwable failure = failingSoon(() -> connector.exists(SPARK));

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(limit);
      assertThat(failure)
          .isInstanceOf(ConnectorException.class)
          .hasMessageStartingWith("cannot connect to " + url + ": ")
          .hasMessageEndingWith("Check host and port in 'url', and that the server runs.");
      assertThat(Verdicts.of(failure)).isEqualTo(Verdict.TRANSIENT);
    }
  }

  /** Deletes a row that another transaction holds, which looks like a server that fell silent. */
  private static void deleteLocked(Connection other, String table, JdbcConfig config)
      throws SQLException {
    try (Statement statement = other.createStatement()) {
      statement.execute("CREATE TABLE " + table + " (id int)");
      statement.execute("INSERT INTO " + table + " VALUES (1)");
      other.setAutoCommit(false);
      statement.execute("UPDATE " + table + " SET id = 2");

      Throwable failure =
          failingSoon(
              () ->
                  new JdbcConnector(config).deleteWhere(SPARK, Condition.column("id").atLeast(1)));

      assertThat(failure).hasStackTraceContaining("Read timed out");
      assertThat(Verdicts.of(failure)).isEqualTo(Verdict.TRANSIENT);
      other.rollback();
    }
  }

  @Test
  void delete_postgresThatFallsSilent_endsAfterSocketTimeout() throws SQLException {
    String table = Database.newTable();
    try (Connection other = Database.POSTGRESQL.connect()) {
      deleteLocked(
          other,
          table,
          Database.POSTGRESQL.config("table", table, "properties", Map.of("socketTimeout", "1")));
    }
  }

  @Test
  void delete_mariaDbThatFallsSilent_endsAfterSocketTimeout() throws SQLException {
    String table = Database.newTable();
    MariaDbServer server = MariaDbServer.shared();
    try (Connection other = server.connect()) {
      deleteLocked(
          other, table, server.config(table, "properties", Map.of("socketTimeout", "1000")));
    }
  }

  @Test
  void read_mariaDbQueryThatTakesTooLong_endsAfterQueryTimeout() {
    JdbcConfig config =
        Options.of(
            "url",
            MariaDbServer.shared().url("test"),
            "user",
            "root",
            "query",
            "SELECT sleep(60) AS v",
            "queryTimeout",
            "0.5S");

    Throwable failure =
        failingSoon(() -> new JdbcQueryConnector(config).read(SPARK).collectAsList());

    assertThat(failure).hasStackTraceContaining("max_statement_time");
    assertThat(Verdicts.of(failure)).isEqualTo(Verdict.TRANSIENT);
  }
}
