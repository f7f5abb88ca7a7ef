package io.standpipe.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real PostgreSQL on this machine's disk, as durable as in production.
 *
 * @param data its data directory
 */
record PostgresServer(EmbeddedPostgres postgres, Path data) implements AutoCloseable {

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
            .start(),
        data);
  }

  int port() {
    return postgres.getPort();
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=postgres";
  }

  Connection connect() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
  }

  /**
   * Ends it and starts it again with the same data and port.
   *
   * @param kill whether it and all its sessions end by SIGKILL, and what they had not committed has
   *     to be found out from the log; else it sends its sessions away
   */
  void restart(boolean kill) throws IOException, InterruptedException {
    if (kill) {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
      ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
      List<ProcessHandle> sessions = server.descendants().toList();
      // The server first, lest it begin to recover from the death of a session.
      server.destroyForcibly();
      sessions.forEach(ProcessHandle::destroyForcibly);
      server.onExit().join();
      sessions.forEach(session -> session.onExit().join());
    }
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "-U")); // as root it does not run
    }
    String log = data.resolveSibling("postgres.log").toString();
    command.addAll(
        List.of(
            programs().resolve("pg_ctl").toString(),
            "-D",
            data.toString(),
            "-l",
            log,
            "-m",
            "fast",
            "-w",
            "restart"));
    // A restart takes the options that the server was started with.
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("PostgreSQL does not start again, see " + log);
    }
  }

  private Path programs() throws IOException {
    String server = Files.readString(data.resolve("postmaster.opts")).split(" ", 2)[0];
    return Path.of(server).getParent();
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row of a query. */
  String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Throws unless a query for a number gives this one: a benchmark must not measure a failure. */
  void require(long expected, String query) throws SQLException {
    String found = text(query);
    if (!String.valueOf(expected).equals(found)) {
      throw new IllegalStateException(
          "expected " + expected + ", got " + found + " from: " + query);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
