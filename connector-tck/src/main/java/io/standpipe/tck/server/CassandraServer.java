package io.standpipe.tck.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Cassandra 5 cluster of one node, in the data center {@code datacenter1}. What it has
 * acknowledged survives {@link #kill()}.
 *
 * <p>Its class path is the one of the server module {@code cassandra}. It needs the JDK 17, about
 * 500 MB and 5 to 9 seconds.
 */
public final class CassandraServer implements AutoCloseable {
  /** The only data center. */
  public static final String DATA_CENTER = "datacenter1";

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private final ForkedServer server;

  /** Who may connect. */
  public enum Access {
    /** Everyone. */
    OPEN("AllowAllAuthenticator", "AllowAllAuthorizer"),
    /** Roles with a password; there is the superuser {@code cassandra} with that password. */
    PASSWORD("PasswordAuthenticator", "CassandraAuthorizer");

    private final String authenticator;
    private final String authorizer;

    Access(String authenticator, String authorizer) {
      this.authenticator = authenticator;
      this.authorizer = authorizer;
    }
  }

  private CassandraServer(ForkedServer server) {
    this.server = server;
  }

  /** A server that everyone may connect to. */
  public static CassandraServer start() {
    return start(Access.OPEN);
  }

  /** A server with this access. */
  public static CassandraServer start(Access access) {
    return start(access, "");
  }

  /**
   * A server with further lines of {@code cassandra.yaml}.
   *
   * @param more YAML at the top level, for example {@code client_encryption_options}; may be empty
   */
  public static CassandraServer start(Access access, String more) {
    ServerClassPath classPath = ServerClassPath.of("cassandra");
    Path folder = ForkedServer.folder("cassandra");
    List<Integer> ports = ForkedServer.freePorts(3);
    Path config = folder.resolve("cassandra.yaml");
    Map<String, String> values =
        Map.of(
            "cluster",
            "test " + ports.get(0),
            "port",
            "" + ports.get(0),
            "storagePort",
            "" + ports.get(1),
            "sslStoragePort",
            "" + ports.get(2),
            "folder",
            folder.toString(),
            "authenticator",
            access.authenticator,
            "authorizer",
            access.authorizer,
            "more",
            more);
    write(config, filled(resource("cassandra.yaml"), values));
    Path logging = folder.resolve("logback.xml");
    write(logging, resource("cassandra-logback.xml"));

    List<String> command = new ArrayList<>(List.of(ForkedServer.java()));
    resource("cassandra-jvm.options").lines().forEach(command::add);
    command.addAll(
        List.of(
            "-javaagent:" + classPath.jar("jamm-"),
            "-Dcassandra.config=" + config.toUri(),
            "-Dcassandra.storagedir=" + folder,
            "-Dcassandra.logdir=" + folder,
            "-Dlogback.configurationFile=" + logging,
            "-cp",
            classPath.text(),
            "org.apache.cassandra.service.CassandraDaemon"));
    return new CassandraServer(
        ForkedServer.start(
            new ForkedServer.Launch("cassandra", folder, command, ports.get(0), PATIENCE)));
  }

  /** The port of the native protocol on 127.0.0.1, the same after each restart. */
  public int port() {
    return server.port();
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

  /** The file with the server's output. */
  public Path log() {
    return server.log();
  }

  @Override
  public void close() {
    server.close();
  }

  private static String resource(String name) {
    try (InputStream in = CassandraServer.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String filled(String template, Map<String, String> values) {
    String text = template;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return text;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
