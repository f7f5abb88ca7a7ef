package io.standpipe.tck.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A server in a process of its own, which a test starts, kills, starts again on the same data,
 * freezes and lets go on.
 *
 * <p>Everything that it writes is in one folder under {@code java.io.tmpdir}, its output in {@code
 * server.log} there; {@link #close()} removes it. A server that does not start fails with the end
 * of that log. Should the test's JVM end without closing it, the server is closed then.
 *
 * <p>Not thread-safe: one thread disturbs a server.
 */
public final class ForkedServer implements TestServer {
  private static final int LOG_LINES = 60;
  private static final Path MEMORY = Path.of("/dev/shm");

  /** A container has 64 MB there, where a new database takes 40. */
  private static final long ENOUGH_BYTES = 1L << 30;

  private final Launch launch;
  private final Thread killer;
  private Process process;
  private boolean closed;

  /**
   * How a server is started.
   *
   * @param name for messages and file names
   * @param folder where it keeps its data; made by {@link ForkedServer#folder}
   * @param command the program and its arguments, the same at each start
   * @param port the port on the loopback interface on which it answers once it is up
   * @param patience how long a start may take
   * @param probe tells whether it is up
   */
  public record Launch(
      String name, Path folder, List<String> command, int port, Duration patience, Probe probe) {
    public Launch {
      command = List.copyOf(command);
    }

    /** A server that is up once it accepts connections. */
    public Launch(String name, Path folder, List<String> command, int port, Duration patience) {
      this(name, folder, command, port, patience, Probe.connection());
    }
  }

  private ForkedServer(Launch launch) {
    this.launch = launch;
    this.killer = new Thread(this::remove, launch.name() + "-killer");
  }

  /**
   * Starts a server and returns when it answers.
   *
   * @throws IllegalStateException if it ends or stays silent; the message has the end of its log,
   *     and the folder is gone
   */
  public static ForkedServer start(Launch launch) {
    ForkedServer server = new ForkedServer(launch);
    Runtime.getRuntime().addShutdownHook(server.killer);
    try {
      server.restart();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /**
   * Starts a server in a new folder, which is gone if that fails.
   *
   * @param name for messages and file names
   * @param preparation makes the files that the server needs in the folder
   * @throws IllegalStateException as {@link #start(Launch)}
   */
  static ForkedServer start(String name, Function<Path, Launch> preparation) {
    Path folder = folder(name);
    try {
      return start(preparation.apply(folder));
    } catch (RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  /** A new folder for a server's data. */
  public static Path folder(String name) {
    return folder(Path.of(System.getProperty("java.io.tmpdir")), name);
  }

  /** The same in memory, where the system has room for files there. */
  static Path folderInMemory(String name) {
    return folderInMemory(name, MEMORY, ENOUGH_BYTES);
  }

  static Path folderInMemory(String name, Path memory, long bytes) {
    try {
      return Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() >= bytes
          ? folder(memory, name)
          : folder(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(Path parent, String name) {
    try {
      return Files.createTempDirectory(parent, "standpipe-" + name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Different free ports of the loopback interface. */
  public static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      sockets.forEach(ForkedServer::release);
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JVM of the test, to fork servers that are written in Java. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Override
  public int port() {
    return launch.port();
  }

  @Override
  public void kill() {
    destroy();
  }

  @Override
  public void restart() {
    if (closed || (process != null && process.isAlive())) {
      throw new IllegalStateException(
          launch.name() + (closed ? " is closed" : " is running: kill it first"));
    }
    try {
      process =
          new ProcessBuilder(launch.command())
              .directory(launch.folder().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + launch.name(), e);
    }
    awaitAnswer();
  }

  @Override
  public void freeze() {
    signal(Signal.STOP);
  }

  @Override
  public void thaw() {
    signal(Signal.CONT);
  }

  /** The file with the server's output, of all starts. */
  public Path log() {
    return launch.folder().resolve("server.log");
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

  private void awaitAnswer() {
    try {
      launch.probe().await(launch.name(), port(), this::end, launch.patience(), this::endOfLog);
    } catch (IllegalStateException e) {
      destroy();
      throw e;
    }
  }

  private Optional<String> end() {
    return process.isAlive() ? Optional.empty() : Optional.of("with code " + process.exitValue());
  }

  private String endOfLog() {
    return endOf(log());
  }

  /** The last lines of a server's log, for messages. */
  static String endOf(Path log) {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      List<String> end = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
      return "The end of its log:\n" + String.join("\n", end);
    } catch (IOException e) {
      return "Its log cannot be read: " + e;
    }
  }

  private void signal(Signal signal) {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(launch.name() + " is not running");
    }
    signal.to(List.of(process.toHandle()));
  }

  private void remove() {
    destroy();
    delete(launch.folder());
  }

  private void destroy() {
    if (process == null) {
      return;
    }
    // A frozen process takes this signal, too.
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(launch.name() + " survives kill -9");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void delete(Path folder) {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
