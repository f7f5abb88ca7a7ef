package io.standpipe.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Secret;
import io.standpipe.spi.WriteMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is checked and derived without a broker. */
class KafkaConfigTest {
  private static KafkaConfig config(Map<String, Object> options) {
    Map<String, Object> all = new HashMap<>(Map.of("bootstrapServers", "localhost:1"));
    all.putAll(options);
    return Spark.bare(all);
  }

  @Test
  void mistakes_allAtOnce() {
    assertThatThrownBy(
            () ->
                config(
                    Map.of(
                        "topic",
                        "a",
                        "topics",
                        List.of("b"),
                        "user",
                        "u",
                        "keyFormat",
                        Format.JSON,
                        "startingOffsets",
                        "oldest",
                        "maxOffsetsPerTrigger",
                        0L,
                        "options",
                        Map.of("acks", "1"))))
        .hasMessage(
            "give exactly one of topic, topics and topicPattern; schema is needed for format json, and"
                + " goes with it only; keyFormat must be string or bytes; startingOffsets must be earliest"
                + " or latest or JSON, got 'oldest'; give user and password together;"
                + " maxOffsetsPerTrigger must be at least 1, got 0; options: 'acks' is set by the"
                + " connector, or has an option of its own");
  }

  @Test
  void columns_thatCannotBe_refused() {
    assertThatThrownBy(() -> config(Map.of("topic", "a", "schema", "id BIGINTT")))
        .hasMessageStartingWith("schema is not valid: ");
    assertThatThrownBy(
            () ->
                config(
                    Map.of(
                        "topic",
                        "a",
                        "schema",
                        "id INT, Offset INT",
                        "metadata",
                        List.of(Metadata.OFFSET))))
        .hasMessage("two columns are named 'offset'. Choose other names");
    assertThatThrownBy(
            () -> config(Map.of("topic", "a", "format", Format.AVRO, "avroSchema", "\"int\"")))
        .hasMessage("avroSchema is not valid: a record is needed, not int");
    assertThatThrownBy(
            () ->
                config(
                    Map.of("topic", "a", "schema", "s STRUCT<m: MAP<STRING, MAP<INT, STRING>>>")))
        .hasMessage("schema: column 's.m' is MAP<INT, STRING>, but keys of JSON are texts");
    assertThatThrownBy(() -> config(Map.of("topic", "a", "schema", "list ARRAY<VOID>")))
        .hasMessage("schema: column 'list' is VOID, which no value can be");
  }

  @Test
  void schema_isKnownWithoutABroker() {
    KafkaConnector connector =
        new KafkaConnector(
            config(
                Map.of(
                    "topics",
                    List.of("a", "b"),
                    "schema",
                    "id INT NOT NULL",
                    "keyColumn",
                    "k",
                    "metadata",
                    List.of(Metadata.TOPIC, Metadata.TIMESTAMP),
                    "malformed",
                    Malformed.KEEP)));

    assertThat(connector.knownSchema().orElseThrow().toDDL())
        .isEqualTo("k STRING,id INT,topic STRING,timestamp TIMESTAMP,_raw BINARY");
    assertThat(connector.writeModes()).as("several topics").isEmpty();
    assertThat(new KafkaConnector(config(Map.of("topic", "a", "schema", "id INT"))).writeModes())
        .containsExactly(WriteMode.APPEND);
  }

  @Test
  void client_userWithQuotes_isOneJaasLine() {
    KafkaConfig config =
        config(
            Map.of(
                "topic",
                "a",
                "format",
                Format.STRING,
                "user",
                "u",
                "password",
                Secret.of("a\"b\\c"),
                "saslMechanism",
                "SCRAM-SHA-512",
                "tls",
                true,
                "timeout",
                Duration.ofSeconds(5),
                "options",
                Map.of("linger.ms", "20")));

    assertThat(ClientSettings.producer(config))
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\""
                + " password=\"a\\\"b\\\\c\";")
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("acks", "all")
        .containsEntry("delivery.timeout.ms", "5020")
        .containsEntry("linger.ms", "20");
    assertThat(config.toString()).doesNotContain("a\"b");
    assertThat(config.label()).isEqualTo("topic 'a'");
  }
}
