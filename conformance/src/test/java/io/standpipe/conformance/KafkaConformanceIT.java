package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import io.standpipe.tck.Server;
import io.standpipe.tck.server.SecureKafkaServer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Records whose values are JSON. */
class KafkaConformanceIT extends ShippedConformance {
  private static final String AGAIN =
      "What was sent stays, and is sent again when the task or the write is repeated.";
  private static final String CLIENTS =
      "Spark keeps consumers and producers for some minutes, for the next read or write.";
  private static SecureKafkaServer server;

  @BeforeAll
  static void start() {
    server = SecureKafkaServer.start(SecureKafkaServer.Rights.ALL);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected String type() {
    return "kafka";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of(
        "bootstrapServers",
        server.saslServers(),
        "topic",
        name,
        "user",
        SecureKafkaServer.USER,
        "password",
        SecureKafkaServer.PASSWORD,
        "timeout",
        "6s");
  }

  @Override
  protected Map<String, Object> declared(String ddl) {
    return Map.of("schema", ddl);
  }

  @Override
  protected Map<String, Object> parallel() {
    return Map.of("minPartitions", 4);
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("topicPattern", "k.*");
  }

  @Override
  protected Optional<Server> server() {
    return Optional.of(
        new Server(
            server.sasl(),
            Map.of("bootstrapServers", "127.0.0.1:1", "timeout", "1s"),
            Map.of("password", "s3cr3t-but-wrong")));
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none()
        .refuses(15, "inferred", "schema is needed for format json")
        .differs(19, "column pruning", "A record is fetched whole.")
        .differs(19, "filter push-down", "All records are fetched.")
        .refuses(26, "map with number keys", "but keys of JSON are texts")
        .differs(29, "append", "A missing topic is refused: create it first.")
        .refuses(30, "missing column", "Select it, as NULL if it has no value.")
        .differs(30, "NULL into NOT NULL", "Every column of a record may be NULL.")
        .differs(32, "append", AGAIN)
        .differs(33, "append", AGAIN)
        .differs(48, "after use", CLIENTS)
        .differs(48, "after a timeout", CLIENTS)
        .differs(48, "after a cut connection", CLIENTS);
  }
}
