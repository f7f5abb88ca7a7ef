package io.standpipe.tck.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL from the binaries that Maven Central has, in memory where the machine has some to
 * spare. Its output is in {@code server.log} beside its data.
 */
final class EmbeddedPostgresServer implements TestServer {
  private final Path folder = ForkedServer.folderInMemory("postgres");
  private final Duration patience;
  private final Thread killer = new Thread(this::remove, "postgres-killer");
  private final int port = ForkedServer.freePorts(1).get(0);
  private EmbeddedPostgres postgres;
  private boolean closed;

  private EmbeddedPostgresServer(Duration patience) {
    this.patience = patience;
  }

  static EmbeddedPostgresServer start(Duration patience) {
    EmbeddedPostgresServer server = new EmbeddedPostgresServer(patience);
    Runtime.getRuntime().addShutdownHook(server.killer);
    try {
      server.run();
      server.requirePassword();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void run() {
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(log().toFile());
    try {
      postgres =
          EmbeddedPostgres.builder()
              .setRegisterShutdownHook(false)
              .setCleanDataDirectory(false)
              .setDataDirectory(data())
              .setPort(port)
              .setConnectConfig("password", PostgresServer.PASSWORD)
              .setPGStartupWait(patience)
              .setOutputRedirector(log)
              .setErrorRedirector(log)
              // Without these, tables that were committed are lost by a crash.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              // In files below the data: a killed server leaves the other kinds behind.
              .setServerConfig("dynamic_shared_memory_type", "mmap")
              .start();
    } catch (IOException | IllegalStateException e) {
      throw new IllegalStateException(
          "cannot start postgres: " + e.getMessage() + ". " + ForkedServer.endOf(log()), e);
    }
  }

  private Path log() {
    return folder.resolve("server.log");
  }

  /** As in a container. */
  private void requirePassword() {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER USER postgres PASSWORD '" + PostgresServer.PASSWORD + "'");
      Resource.write(data().resolve("pg_hba.conf"), "host all all all scram-sha-256\n");
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new IllegalStateException("cannot set up postgres: " + e.getMessage(), e);
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void kill() {
    // Those that are left keep the shared memory, and no other server starts on the same data.
    for (List<ProcessHandle> left = programs(); !left.isEmpty(); left = programs()) {
      Signal.STOP.to(left); // so that they begin no other
      List<ProcessHandle> processes = processes();
      processes.forEach(ProcessHandle::destroyForcibly);
      processes.forEach(process -> process.onExit().join());
    }
  }

  @Override
  public void restart() {
    if (closed || !processes().isEmpty()) {
      throw new IllegalStateException(
          "postgres " + (closed ? "is closed" : "is running: kill it first"));
    }
    release();
    run();
  }

  @Override
  public void freeze() {
    Signal.STOP.to(processes());
  }

  @Override
  public void thaw() {
    Signal.CONT.to(processes());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already.
    }
  }

  private void remove() {
    kill();
    ForkedServer.delete(folder);
  }

  /** Frees the lock that the old object has on the data. */
  private void release() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server, or what prepares or starts it; none if it does not run. */
  private List<ProcessHandle> programs() {
    String data = data().toString();
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().filter(it -> it.contains(data)).isPresent())
        .toList();
  }

  /** The programs and their children, of which the server has one for each session. */
  private List<ProcessHandle> processes() {
    return programs().stream()
        .flatMap(program -> Stream.concat(Stream.of(program), program.descendants()))
        .distinct()
        .toList();
  }
}
