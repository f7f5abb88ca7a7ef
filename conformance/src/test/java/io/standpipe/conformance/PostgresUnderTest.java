package io.standpipe.conformance;

import io.standpipe.tck.Server;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A PostgreSQL that is killed, started again and frozen, with the user {@code loader}. */
final class PostgresUnderTest implements Server, AutoCloseable {
  static final String PASSWORD = "s3cr3t-of-the-suite";

  private final Path data;
  private EmbeddedPostgres postgres;

  PostgresUnderTest(Path folder) throws IOException, SQLException {
    this.data = folder.resolve("data");
    this.postgres = builder().start();
    Path rules = data.resolve("pg_hba.conf");
    Files.writeString(rules, "host all loader all scram-sha-256\n" + Files.readString(rules));
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE USER loader PASSWORD '" + PASSWORD + "' SUPERUSER");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setServerConfig("max_connections", "60")
        .setPGStartupWait(Duration.ofSeconds(60));
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
  }

  @Override
  public int port() {
    return postgres.getPort();
  }

  @Override
  public Map<String, Object> wrongHost() {
    return Map.of("url", "jdbc:postgresql://127.0.0.1:1/postgres");
  }

  @Override
  public Map<String, Object> wrongPassword() {
    return Map.of("password", "wrong");
  }

  @Override
  public void kill() {
    List<ProcessHandle> all = processes();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }

  @Override
  public void restart() {
    int port = port();
    try {
      // Frees the lock on the data.
      postgres.close();
      postgres = builder().setPort(port).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void freeze() {
    signal("STOP");
  }

  @Override
  public void thaw() {
    signal("CONT");
  }

  private List<ProcessHandle> processes() {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
      ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
      return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String name) {
    for (ProcessHandle process : processes()) {
      try {
        new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
