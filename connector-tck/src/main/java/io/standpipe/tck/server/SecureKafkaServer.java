package io.standpipe.tck.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Kafka broker with three listeners: a plain one whose clients may do everything, one with TLS,
 * and one with user and password ({@link #USER}, whose {@link Rights} are chosen).
 *
 * <p>It is a process of this machine whatever the {@link Backend}: a container has one port here.
 * Tests that need the plain listener only take {@link KafkaServer}.
 */
public final class SecureKafkaServer extends KindOfServer {
  /** The user of the listener with passwords. */
  public static final String USER = "alice";

  /** The password of {@link #USER}, and that of the trust store. */
  public static final String PASSWORD = "wonderland-47";

  private final Path folder;
  private final int saslPort;
  private final int tlsPort;

  private SecureKafkaServer(TestServer running, Path folder, int saslPort, int tlsPort) {
    super(running);
    this.folder = folder;
    this.saslPort = saslPort;
    this.tlsPort = tlsPort;
  }

  /** What {@link #USER} may do. */
  public enum Rights {
    /** Nothing until somebody grants it. */
    NONE("User:ANONYMOUS"),
    /** Everything. */
    ALL("User:ANONYMOUS;User:" + USER);

    private final String superUsers;

    Rights(String superUsers) {
      this.superUsers = superUsers;
    }
  }

  /** A broker without topics, whose {@link #USER} may do nothing. */
  public static SecureKafkaServer start() {
    return start(Rights.NONE);
  }

  /** A broker without topics, whose {@link #USER} has these rights. */
  public static SecureKafkaServer start(Rights rights) {
    List<Integer> ports = ForkedServer.freePorts(2);
    ForkedServer running =
        ForkedServer.start(
            "kafka",
            folder -> {
              certificate(folder);
              return KafkaProcess.prepare(
                  folder,
                  Map.of("SASL:SASL_PLAINTEXT", ports.get(0), "TLS:SSL", ports.get(1)),
                  properties(folder, rights));
            });
    return new SecureKafkaServer(running, running.log().getParent(), ports.get(0), ports.get(1));
  }

  private static String properties(Path folder, Rights rights) {
    return """
        authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
        super.users=%s
        listener.name.sasl.sasl.enabled.mechanisms=PLAIN
        listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_%s="%s";
        listener.name.tls.ssl.keystore.location=%s
        listener.name.tls.ssl.keystore.password=%s
        listener.name.tls.ssl.keystore.type=PKCS12
        """
        .formatted(rights.superUsers, USER, PASSWORD, folder.resolve("server.p12"), PASSWORD);
  }

  private static void certificate(Path folder) {
    String store = folder.resolve("server.p12").toString();
    String certificate = folder.resolve("server.crt").toString();
    keytool(
        folder,
        "-genkeypair -alias kafka -keyalg RSA -dname CN=localhost -ext san=ip:127.0.0.1"
            + " -validity 2 -storetype PKCS12 -keystore "
            + store);
    keytool(folder, "-exportcert -rfc -alias kafka -file " + certificate + " -keystore " + store);
    keytool(
        folder,
        "-importcert -noprompt -alias kafka -storetype PKCS12 -file "
            + certificate
            + " -keystore "
            + folder.resolve("trust.p12"));
  }

  private static void keytool(Path folder, String arguments) {
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/keytool") + ""));
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-storepass", PASSWORD));
    KafkaProcess.run(folder, command);
  }

  /** The listener whose clients may do everything. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port();
  }

  /** The listener that asks for user and password. */
  public String saslServers() {
    return "127.0.0.1:" + saslPort;
  }

  /** The same server with the port of the listener that asks for user and password. */
  public TestServer sasl() {
    return new KindOfServer(this) {
      @Override
      public int port() {
        return saslPort;
      }
    };
  }

  /** The listener with TLS; {@link #trustStore()} has its certificate. */
  public String tlsServers() {
    return "127.0.0.1:" + tlsPort;
  }

  /** A PKCS12 trust store with the broker's certificate. */
  public Path trustStore() {
    return folder.resolve("trust.p12");
  }
}
