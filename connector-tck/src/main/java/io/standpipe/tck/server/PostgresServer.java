package io.standpipe.tck.server;

import io.standpipe.tck.server.ContainerServer.Image;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;

/**
 * PostgreSQL 16 with the database {@code postgres}, whose superuser is {@link #USER}. Each commit
 * is on the disk before it is acknowledged. It needs about 100 MB and 2 to 6 seconds.
 */
public final class PostgresServer extends KindOfServer {
  /** The superuser. */
  public static final String USER = "postgres";

  /** Its password, which is checked. */
  public static final String PASSWORD = "postgres";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Image IMAGE =
      new Image("postgres", "postgres:16", Probe.reply(startup(), 'R'), PATIENCE);

  private PostgresServer(TestServer running) {
    super(running);
  }

  /** A new server. */
  public static PostgresServer start() {
    return new PostgresServer(
        switch (Backend.chosen()) {
          case EMBEDDED -> EmbeddedPostgresServer.start(PATIENCE);
          case CONTAINERS -> ContainerServer.start(IMAGE, PostgresServer::setUp);
        });
  }

  private static int setUp(GenericContainer<?> container, int port) {
    container.withEnv("POSTGRES_PASSWORD", PASSWORD);
    return 5432;
  }

  /** The start of a session, which it answers with a request for the password. */
  private static byte[] startup() {
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    parameters.writeBytes(("user\0" + USER + "\0\0").getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(8 + parameters.size())
        .putInt(8 + parameters.size())
        .putInt(3 << 16)
        .put(parameters.toByteArray())
        .array();
  }

  /** The JDBC URL of the database. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
  }
}
