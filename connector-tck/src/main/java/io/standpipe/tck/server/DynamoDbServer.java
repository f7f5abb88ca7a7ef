package io.standpipe.tck.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * DynamoDB Local, which takes any credentials and region, and never throttles. What it has
 * acknowledged survives {@link #kill()}.
 *
 * <p>Its class path is the one of the server module {@code dynamodb}. It needs about 180 MB and a
 * second.
 */
public final class DynamoDbServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private final ForkedServer server;

  private DynamoDbServer(ForkedServer server) {
    this.server = server;
  }

  /** A server without tables. */
  public static DynamoDbServer start() {
    Path folder = ForkedServer.folder("dynamodb");
    int port = ForkedServer.freePorts(1).get(0);
    List<String> command =
        List.of(
            ForkedServer.java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            ServerClassPath.of("dynamodb").text(),
            "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
            "-port",
            "" + port,
            "-sharedDb",
            "-disableTelemetry",
            "-dbPath",
            folder.toString());
    return new DynamoDbServer(
        ForkedServer.start(new ForkedServer.Launch("dynamodb", folder, command, port, PATIENCE)));
  }

  /** For the SDK's endpoint override. */
  public String endpoint() {
    return "http://localhost:" + server.port();
  }

  /** See {@link ForkedServer#kill()}. */
  public void kill() {
    server.kill();
  }

  /** See {@link ForkedServer#restart()}. */
  public void restart() {
    server.restart();
  }

  /** See {@link ForkedServer#freeze()}. */
  public void freeze() {
    server.freeze();
  }

  /** See {@link ForkedServer#thaw()}. */
  public void thaw() {
    server.thaw();
  }

  @Override
  public void close() {
    server.close();
  }
}
