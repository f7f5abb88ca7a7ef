package io.standpipe.tck.server;

import io.standpipe.tck.server.ContainerServer.Image;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;

/**
 * A Kafka broker that is its own controller, whose clients may do everything. Topics are there once
 * they are created, not before. It needs about 170 MB and three seconds. {@link SecureKafkaServer}
 * has more listeners.
 */
public final class KafkaServer extends KindOfServer {
  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Asks which requests the broker takes; the answer starts with its length. */
  static final Probe PROBE =
      Probe.reply(
          ByteBuffer.allocate(14)
              .putInt(10)
              .putShort((short) 18)
              .putShort((short) 0)
              .putInt(1)
              .putShort((short) -1)
              .array(),
          0);

  private static final int CONTROLLER = 9093;
  private static final Image IMAGE = new Image("kafka", "apache/kafka:3.9.2", PROBE, PATIENCE);

  private KafkaServer(TestServer running) {
    super(running);
  }

  /** A broker without topics. */
  public static KafkaServer start() {
    return new KafkaServer(
        switch (Backend.chosen()) {
          case EMBEDDED ->
              ForkedServer.start("kafka", folder -> KafkaProcess.prepare(folder, Map.of(), ""));
          case CONTAINERS -> ContainerServer.start(IMAGE, KafkaServer::setUp);
        });
  }

  /** The port is the same inside: clients use the one that the broker tells them. */
  private static int setUp(GenericContainer<?> container, int port) {
    container.withEnv(
        Map.ofEntries(
            Map.entry("KAFKA_NODE_ID", "1"),
            Map.entry("KAFKA_PROCESS_ROLES", "broker,controller"),
            Map.entry(
                "KAFKA_LISTENERS",
                "PLAINTEXT://0.0.0.0:" + port + ",CONTROLLER://127.0.0.1:" + CONTROLLER),
            Map.entry("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://127.0.0.1:" + port),
            Map.entry(
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
            Map.entry("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@127.0.0.1:" + CONTROLLER),
            Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
            Map.entry("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
            Map.entry("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
            Map.entry("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
            Map.entry("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
            // A broker that was killed is taken back after 3 seconds instead of 12.
            Map.entry("KAFKA_BROKER_SESSION_TIMEOUT_MS", "1500"),
            Map.entry("KAFKA_BROKER_HEARTBEAT_INTERVAL_MS", "300")));
    return port;
  }

  /** For the clients' {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port();
  }
}
