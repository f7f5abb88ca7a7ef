package io.standpipe.dynamodb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** DynamoDB Local in a process of its own; its class path never meets Spark's. */
final class LocalServer {
  private static final LocalServer SHARED = new LocalServer("-inMemory");

  private final int port = freePort();
  private final List<String> storage;
  private Process process;

  private LocalServer(String... storage) {
    this.storage = List.of(storage);
    start();
  }

  /** One for all tests; each has tables of its own. */
  static LocalServer shared() {
    return SHARED;
  }

  /** A server whose tables survive its end. */
  static LocalServer on(Path folder) {
    return new LocalServer("-dbPath", folder.toString());
  }

  String endpoint() {
    return "http://localhost:" + port;
  }

  /** As {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void start() {
    try {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
      command.add(
          Files.readString(Path.of(System.getProperty("standpipe.server.dynamodb"))).strip());
      command.add("com.amazonaws.services.dynamodbv2.local.main.ServerRunner");
      command.addAll(List.of("-port", Integer.toString(port), "-sharedDb", "-disableTelemetry"));
      command.addAll(storage);
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      awaitPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitPort() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IllegalStateException("DynamoDB Local did not start", notYet);
        }
        Calls.sleep(50);
      }
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
