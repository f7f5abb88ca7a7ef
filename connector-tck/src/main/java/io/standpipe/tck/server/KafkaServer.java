package io.standpipe.tck.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A Kafka broker that is its own controller. It has three listeners: a plain one whose clients may
 * do everything, one with TLS, and one with user and password ({@link #USER}, who may do nothing
 * until somebody grants it).
 *
 * <p>Its class path is the one of the server module {@code kafka}. It needs about 170 MB and three
 * seconds.
 */
public final class KafkaServer implements AutoCloseable {
  /** The user of the listener with passwords. */
  public static final String USER = "alice";

  /** The password of {@link #USER}, and that of the trust store. */
  public static final String PASSWORD = "wonderland-47";

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String CLUSTER = "c3RhbmRwaXBlLXRlc3QtMQ";

  private final ForkedServer server;
  private final Path folder;
  private final Ports ports;

  private record Ports(int plain, int controller, int sasl, int tls) {}

  private KafkaServer(ForkedServer server, Path folder, Ports ports) {
    this.server = server;
    this.folder = folder;
    this.ports = ports;
  }

  /** A broker without topics. */
  public static KafkaServer start() {
    Path folder = ForkedServer.folder("kafka");
    List<Integer> free = ForkedServer.freePorts(4);
    Ports ports = new Ports(free.get(0), free.get(1), free.get(2), free.get(3));
    certificate(folder);
    Path properties = write(folder.resolve("server.properties"), properties(folder, ports));
    run(folder, java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", properties + ""));
    List<String> command = java("kafka.Kafka", properties.toString());
    ForkedServer server =
        ForkedServer.start(
            new ForkedServer.Launch("kafka", folder, command, ports.plain(), PATIENCE));
    return new KafkaServer(server, folder, ports);
  }

  private static List<String> java(String... mainAndArguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ForkedServer.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ServerClassPath.of("kafka").text()));
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private static String properties(Path folder, Ports ports) {
    String listeners =
        "PLAIN://127.0.0.1:%d,SASL://127.0.0.1:%d,TLS://127.0.0.1:%d"
            .formatted(ports.plain(), ports.sasl(), ports.tls());
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%d
        listeners=%s,CONTROLLER://127.0.0.1:%d
        advertised.listeners=%s
        listener.security.protocol.map=PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL
        inter.broker.listener.name=PLAIN
        controller.listener.names=CONTROLLER
        log.dirs=%s
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        broker.session.timeout.ms=1500
        broker.heartbeat.interval.ms=300
        authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
        super.users=User:ANONYMOUS
        listener.name.sasl.sasl.enabled.mechanisms=PLAIN
        listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_%s="%s";
        listener.name.tls.ssl.keystore.location=%s
        listener.name.tls.ssl.keystore.password=%s
        listener.name.tls.ssl.keystore.type=PKCS12
        """
        .formatted(
            ports.controller(),
            listeners,
            ports.controller(),
            listeners,
            folder.resolve("data"),
            USER,
            PASSWORD,
            folder.resolve("server.p12"),
            PASSWORD);
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
    run(folder, command);
  }

  private static void run(Path folder, List<String> command) {
    Path log = folder.resolve("prepare.log");
    try {
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "kafka cannot be prepared, code " + code + ": " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kafka is prepared", e);
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The listener whose clients may do everything. */
  public String bootstrapServers() {
    return "127.0.0.1:" + ports.plain();
  }

  /** The listener that asks for user and password. */
  public String saslServers() {
    return "127.0.0.1:" + ports.sasl();
  }

  /** The listener with TLS; {@link #trustStore()} has its certificate. */
  public String tlsServers() {
    return "127.0.0.1:" + ports.tls();
  }

  /** A PKCS12 trust store with the broker's certificate. */
  public Path trustStore() {
    return folder.resolve("trust.p12");
  }

  /** See {@link ForkedServer#kill()}. */
  public void kill() {
    server.kill();
  }

  /** See {@link ForkedServer#restart()}. */
  public void restart() {
    server.restart();
  }

  @Override
  public void close() {
    server.close();
  }
}
