package io.standpipe.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A real PostgreSQL on this machine's disk, as durable as in production. */
record PostgresServer(EmbeddedPostgres postgres) implements AutoCloseable {

  /** Starts it on a new data directory in this folder. */
  static PostgresServer start(Path folder) throws IOException {
    Path data = folder.resolve("postgres");
    Benchmarks.deleteTree(data);
    return new PostgresServer(
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("shared_buffers", "512MB")
            .setServerConfig("max_wal_size", "8GB")
            .setServerConfig("max_connections", "60")
            .setPGStartupWait(Duration.ofSeconds(60))
            .start());
  }

  int port() {
    return postgres.getPort();
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=postgres";
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row of a query. */
  String text(String query) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Throws unless a query for a number gives this one: a benchmark must not measure a failure. */
  void require(long expected, String query) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      if (rows.getLong(1) != expected) {
        throw new IllegalStateException(
            "expected " + expected + ", got " + rows.getLong(1) + " from: " + query);
      }
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
