package io.standpipe.tck.server;

import io.standpipe.tck.server.ContainerServer.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/**
 * A Cassandra 5 cluster of one node, in the data center {@link #DATA_CENTER}. It needs about 500 MB
 * and 5 to 9 seconds; embedded, it needs the JDK 17.
 */
public final class CassandraServer extends KindOfServer {
  /** The only data center. */
  public static final String DATA_CENTER = "datacenter1";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Asks which options the native protocol has; the answer is of version 4. */
  private static final Probe PROBE = Probe.reply(new byte[] {4, 0, 0, 0, 5, 0, 0, 0, 0}, 0x84);

  private static final Image IMAGE = new Image("cassandra", "cassandra:5.0", PROBE, PATIENCE);

  private static final String QUICK =
      "-Dcassandra.ring_delay_ms=0 -Dcassandra.skip_wait_for_gossip_to_settle=0"
          + " -Dcassandra.superuser_setup_delay_ms=0";

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

  private CassandraServer(TestServer running) {
    super(running);
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
   * @param files absolute paths of the files that it names; the server reads them under the same
   *     paths
   */
  public static CassandraServer start(Access access, String more, Path... files) {
    return new CassandraServer(
        switch (Backend.chosen()) {
          case EMBEDDED -> ForkedServer.start("cassandra", folder -> launch(access, more, folder));
          case CONTAINERS ->
              ContainerServer.start(
                  IMAGE, (container, port) -> setUp(container, port, access, more, files));
        });
  }

  private static ForkedServer.Launch launch(Access access, String more, Path folder) {
    ServerClassPath classPath = ServerClassPath.of("cassandra");
    List<Integer> ports = ForkedServer.freePorts(3);
    Path config =
        Resource.write(
            folder.resolve("cassandra.yaml"),
            yaml(access, folder.toString(), ports, "127.0.0.1", more));
    Path logging =
        Resource.write(folder.resolve("logback.xml"), Resource.text("cassandra-logback.xml"));

    List<String> command = new ArrayList<>(List.of(ForkedServer.java()));
    Resource.text("cassandra-jvm.options").lines().forEach(command::add);
    command.addAll(List.of(QUICK.split(" ")));
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
    return new ForkedServer.Launch("cassandra", folder, command, ports.get(0), PATIENCE);
  }

  /** The port is the same inside: drivers use the one that the server tells them. */
  private static int setUp(
      GenericContainer<?> container, int port, Access access, String more, Path... files) {
    String yaml =
        yaml(
            access,
            "/var/lib/cassandra",
            List.of(port, 7000, 7001),
            "0.0.0.0",
            "broadcast_rpc_address: 127.0.0.1\n" + more);
    container
        .withCopyToContainer(Transferable.of(yaml), "/etc/cassandra/cassandra.yaml")
        .withEnv("CASSANDRA_BROADCAST_RPC_ADDRESS", "127.0.0.1")
        .withEnv("MAX_HEAP_SIZE", "256m")
        .withEnv("HEAP_NEWSIZE", "64m")
        .withEnv("JVM_EXTRA_OPTS", QUICK);
    for (Path file : files) {
      container.withCopyFileToContainer(MountableFile.forHostPath(file, 0444), file.toString());
    }
    return port;
  }

  private static String yaml(
      Access access, String folder, List<Integer> ports, String rpcAddress, String more) {
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
            "rpcAddress",
            rpcAddress,
            "folder",
            folder,
            "authenticator",
            access.authenticator,
            "authorizer",
            access.authorizer,
            "more",
            more);
    String text = Resource.text("cassandra.yaml");
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return text;
  }
}
