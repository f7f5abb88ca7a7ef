package io.standpipe.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.tck.server.SecureKafkaServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Reads and writes of batches, against a real broker. */
class KafkaConnectorTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String AVRO =
      """
      {"type":"record","name":"Click","fields":[{"name":"id","type":"long"},
       {"name":"page","type":["null","string"]}]}""";

  private static Map<String, Object> topic(Map<String, Object> options) {
    Map<String, Object> all = new HashMap<>(options);
    all.putIfAbsent("topic", Spark.newTopic());
    return all;
  }

  private static KafkaConnector created(Map<String, Object> options) {
    KafkaConnector connector = new KafkaConnector(Spark.config(topic(options)));
    connector.create(Spark.SESSION, new StructType());
    return connector;
  }

  private static List<String> rows(KafkaConnector connector) {
    return Spark.sorted(connector.read(Spark.SESSION));
  }

  private static Dataset<Row> clicks() {
    return Spark.sql("SELECT * FROM VALUES (1L, 'home'), (2L, NULL) AS t(id, page)");
  }

  @Test
  void write_json_readsBackAndCounts() {
    KafkaConnector connector =
        created(
            Map.of(
                "schema",
                "id BIGINT, page STRING, at TIMESTAMP, tags ARRAY<STRING>, price DECIMAL(10,2)"));

    assertThat(
            connector
                .write(
                    Spark.SESSION,
                    Spark.sql(
                        "SELECT 7L AS id, 'ö' AS page, timestamp'2024-01-02 03:04:05.678' AS at,"
                            + " array('a', NULL) AS tags, 1.5BD AS price"),
                    APPEND)
                .rows())
        .hasValue(1);

    assertThat(rows(connector))
        .containsExactly(
            "{\"id\":7,\"page\":\"ö\",\"at\":\"2024-01-02T03:04:05.678+01:00\",\"tags\":[\"a\",null],\"price\":1.50}");
  }

  @Test
  void write_jsonOfTimes_keepsMicrosecondsAndOldOffsets() {
    KafkaConnector connector = created(Map.of("schema", "at TIMESTAMP, local TIMESTAMP_NTZ"));
    String row =
        "SELECT timestamp'1883-11-18 12:00:00.123456 America/New_York' AS at,"
            + " timestamp_ntz'2024-01-02 03:04:05.678901' AS local";

    connector.write(Spark.SESSION, Spark.sql(row), APPEND);

    assertThat(connector.read(Spark.SESSION).collectAsList())
        .isEqualTo(Spark.sql(row).collectAsList());
    KafkaConnector text =
        new KafkaConnector(
            Spark.config(Map.of("topic", topicOf(connector), "format", Format.STRING)));
    assertThat(text.read(Spark.SESSION).collectAsList().get(0).getString(0))
        .isEqualTo(
            "{\"at\":\"1883-11-18T16:56:02.123456Z\",\"local\":\"2024-01-02T03:04:05.678901\"}");
  }

  @Test
  void write_avro_readsBack() {
    KafkaConnector connector = created(Map.of("format", Format.AVRO, "avroSchema", AVRO));

    connector.write(Spark.SESSION, clicks(), APPEND);

    assertThat(rows(connector)).containsExactly("{\"id\":1,\"page\":\"home\"}", "{\"id\":2}");
    assertThat(connector.knownSchema().orElseThrow().toDDL()).isEqualTo("id BIGINT,page STRING");
  }

  @Test
  void write_keyHeadersAndPartition_readBackWithMetadata() {
    KafkaConnector connector =
        created(
            Map.of(
                "format",
                Format.STRING,
                "keyColumn",
                "page",
                "partitions",
                3,
                "metadata",
                List.of(Metadata.PARTITION, Metadata.OFFSET, Metadata.HEADERS)));

    connector.write(
        Spark.SESSION,
        Spark.sql(
            "SELECT 'k' AS page, 'v' AS value, 2 AS partition,"
                + " array(named_struct('key', 'h', 'value', CAST('x' AS BINARY))) AS headers"),
        APPEND);

    assertThat(rows(connector))
        .containsExactly(
            "{\"page\":\"k\",\"value\":\"v\",\"partition\":2,\"offset\":0,"
                + "\"headers\":[{\"key\":\"h\",\"value\":\"eA==\"}]}");
  }

  @Test
  void write_bytes_readsBackWithTombstones() {
    KafkaConnector connector =
        created(Map.of("format", Format.BYTES, "keyColumn", "key", "keyFormat", Format.BYTES));

    connector.write(
        Spark.SESSION,
        Spark.sql("SELECT X'00FF' AS value, X'01' AS key UNION ALL SELECT NULL, X'02'"),
        APPEND);

    assertThat(rows(connector))
        .containsExactly("{\"key\":\"AQ==\",\"value\":\"AP8=\"}", "{\"key\":\"Ag==\"}");
  }

  @Test
  void read_malformed_failsOrKeepsTheBytes() {
    KafkaConnector text = created(Map.of("format", Format.STRING));
    String name = text.knownSchema().map(schema -> topicOf(text)).orElseThrow();
    text.write(
        Spark.SESSION, Spark.sql("SELECT '{\"id\": 1}' AS value UNION ALL SELECT 'oops'"), APPEND);

    KafkaConnector failing =
        new KafkaConnector(Spark.config(Map.of("topic", name, "schema", "id BIGINT")));
    assertThatThrownBy(() -> failing.read(Spark.SESSION).collectAsList())
        .hasStackTraceContaining("Malformed records are detected in record parsing");

    KafkaConnector keeping =
        new KafkaConnector(
            Spark.config(
                Map.of("topic", name, "schema", "id BIGINT", "malformed", Malformed.KEEP)));
    assertThat(rows(keeping)).containsExactly("{\"_raw\":\"b29wcw==\"}", "{\"id\":1}");
    KafkaConnector avro =
        new KafkaConnector(
            Spark.config(
                Map.of(
                    "topic",
                    name,
                    "format",
                    Format.AVRO,
                    "avroSchema",
                    AVRO,
                    "malformed",
                    Malformed.KEEP)));
    assertThat(avro.read(Spark.SESSION).where("_raw IS NOT NULL").count()).isEqualTo(2);
  }

  private static String topicOf(KafkaConnector connector) {
    return connector.ping(Duration.ofSeconds(10)).replaceAll(".*topic '(.*)'.*", "$1");
  }

  @Test
  void read_offsetsAndTimes_onlyThat() {
    KafkaConnector all = created(Map.of("format", Format.STRING));
    String name = topicOf(all);
    all.write(Spark.SESSION, Spark.sql("SELECT 'a' AS value"), APPEND);
    all.write(Spark.SESSION, Spark.sql("SELECT 'b' AS value"), APPEND);

    assertThat(
            rows(
                new KafkaConnector(
                    Spark.config(
                        Map.of(
                            "topic",
                            name,
                            "format",
                            Format.STRING,
                            "startingOffsets",
                            "{\"" + name + "\":{\"0\":1}}")))))
        .containsExactly("{\"value\":\"b\"}");
    assertThat(
            rows(
                new KafkaConnector(
                    Spark.config(
                        Map.of(
                            "topicPattern",
                            name,
                            "format",
                            Format.STRING,
                            "startingTimestamp",
                            Instant.now().plus(Duration.ofHours(1)))))))
        .isEmpty();
  }

  @Test
  void write_rowsThatDoNotFit_refused() {
    KafkaConnector connector = created(Map.of("schema", "id INT"));
    String label = "topic '" + topicOf(connector) + "'";

    assertThatThrownBy(() -> connector.write(Spark.SESSION, clicks(), APPEND))
        .hasMessage(
            "cannot write to " + label + ": column 'id' is bigint, not int. Cast it in the query.");
    assertThatThrownBy(
            () -> connector.write(Spark.SESSION, Spark.sql("SELECT 1 AS id, 2 AS more"), APPEND))
        .hasMessage(
            "cannot write to "
                + label
                + ": it has no column more. Its columns are id, of which a write takes those of key and"
                + " value, headers and partition. Select them.");
    assertThatThrownBy(() -> connector.write(Spark.SESSION, Spark.sql("SELECT 1 AS x"), APPEND))
        .hasMessage(
            "cannot write to "
                + label
                + ": the rows lack the column 'id'. Select it, as NULL if it has no value.");
  }

  @Test
  void table_createExistsDrop() {
    KafkaConnector connector =
        new KafkaConnector(Spark.config(topic(Map.of("format", Format.STRING, "partitions", 2))));
    assertThat(connector.exists(Spark.SESSION)).isFalse();
    assertThatThrownBy(
            () -> connector.write(Spark.SESSION, Spark.sql("SELECT 'a' AS value"), APPEND))
        .hasMessageMatching(
            "cannot append to (topic '.*'): there is no \\1\\. Create it, or check 'topic'\\.");
    assertThatThrownBy(() -> connector.read(Spark.SESSION))
        .hasMessageMatching(
            "cannot read (topic '.*'): there is no \\1\\. Create it, or check 'topic'\\.");

    connector.create(Spark.SESSION, new StructType());
    assertThat(connector.exists(Spark.SESSION)).isTrue();
    assertThat(connector.ping(Duration.ofSeconds(10))).endsWith(", 2 partitions");
    assertThatThrownBy(() -> connector.create(Spark.SESSION, new StructType()))
        .hasMessageContaining("TopicExistsException")
        .hasMessageEndingWith("It is there already: drop it first, or write to it.");

    connector.drop(Spark.SESSION);
    assertThatThrownBy(() -> connector.ping(Duration.ofSeconds(10)))
        .hasMessageStartingWith("there is no topic '");
  }

  @Test
  void table_isThereWhenCreateReturnsAndGoneWhenDropDoes() {
    KafkaConnector connector =
        new KafkaConnector(Spark.config(topic(Map.of("format", Format.STRING, "partitions", 20))));
    for (int i = 0; i < 40; i++) {
      connector.create(Spark.SESSION, new StructType());
      assertThat(connector.exists(Spark.SESSION)).as("created, round %s", i).isTrue();
      connector.drop(Spark.SESSION);
      assertThat(connector.exists(Spark.SESSION)).as("dropped, round %s", i).isFalse();
    }
  }

  @Test
  void write_recordTooLarge_isAnErrorOfTheRows() {
    KafkaConnector connector = created(Map.of("format", Format.STRING));

    assertThatThrownBy(
            () ->
                connector.write(
                    Spark.SESSION, Spark.sql("SELECT repeat('x', 2000000) AS value"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageEndingWith(
            "Leave such rows out, or raise max.request.size in 'options' and the limits of topic and"
                + " brokers.");
  }

  @Test
  void sasl_withoutGrantOrWithAWrongPassword_refusedWithoutTheSecret() {
    String name = topicOf(created(Map.of("format", Format.STRING)));
    Map<String, Object> options =
        new HashMap<>(
            Map.of(
                "bootstrapServers",
                Spark.SERVER.saslServers(),
                "topic",
                name,
                "format",
                Format.STRING,
                "user",
                SecureKafkaServer.USER,
                "password",
                Secret.of(SecureKafkaServer.PASSWORD),
                "timeout",
                Duration.ofSeconds(10)));
    KafkaConnector unprivileged = new KafkaConnector(Spark.config(options));
    assertThatThrownBy(() -> unprivileged.read(Spark.SESSION).collectAsList())
        .hasStackTraceContaining("TopicAuthorizationException");
    assertThatThrownBy(() -> unprivileged.ping(Duration.ofSeconds(10)))
        .hasMessageContaining("TopicAuthorizationException")
        .hasMessageEndingWith("Grant the user the operation that the message names.");

    String wrong = "wrong-password-4711";
    options.put("password", Secret.of(wrong));
    KafkaConfig config = Spark.config(options);
    assertThat(config.toString()).doesNotContain(wrong);
    assertThatThrownBy(() -> new KafkaConnector(config).ping(Duration.ofSeconds(10)))
        .hasMessageContaining("SaslAuthenticationException")
        .hasMessageEndingWith("Check user, password, mechanism and the stores of 'tls'.")
        .satisfies(
            error ->
                assertThat(new java.io.StringWriter())
                    .satisfies(
                        text -> {
                          error.printStackTrace(new java.io.PrintWriter(text));
                          assertThat(text.toString()).doesNotContain(wrong);
                        }));
  }

  @Test
  void tls_readsAndWrites_secretsStayOutOfPlans() {
    String name = topicOf(created(Map.of("format", Format.STRING)));
    KafkaConnector connector =
        new KafkaConnector(
            Spark.config(
                Map.of(
                    "bootstrapServers",
                    Spark.SERVER.tlsServers(),
                    "topic",
                    name,
                    "format",
                    Format.STRING,
                    "tls",
                    true,
                    "trustStore",
                    new Location(Spark.SERVER.trustStore().toString()),
                    "trustStorePassword",
                    Secret.of(SecureKafkaServer.PASSWORD))));

    connector.write(Spark.SESSION, Spark.sql("SELECT 'safe' AS value"), APPEND);

    Dataset<Row> rows = connector.read(Spark.SESSION);
    assertThat(Spark.sorted(rows)).containsExactly("{\"value\":\"safe\"}");
    assertThat(rows.queryExecution().toString()).doesNotContain(SecureKafkaServer.PASSWORD);
    assertThat(connector.readStream(Spark.SESSION).queryExecution().toString())
        .doesNotContain(SecureKafkaServer.PASSWORD);
  }
}
