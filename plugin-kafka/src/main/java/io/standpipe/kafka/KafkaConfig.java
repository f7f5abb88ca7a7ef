package io.standpipe.kafka;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;

/** One topic, or several that are read together: where they are and what their records hold. */
@Description("Topics of Apache Kafka.")
public record KafkaConfig(
    @Description("Brokers to ask first, as host:port, separated by commas.") @NotBlank
        String bootstrapServers,
    @Description("The topic that is read or written.") Optional<String> topic,
    @Description("Topics that are read together, instead of topic.") List<String> topics,
    @Description(
            "Regular expression of topics that are read together, new ones included, instead of topic.")
        Optional<String> topicPattern,
    @Description("What values are.") @Default("json") Format format,
    @Description(
            "json: the columns of the values as Spark DDL, for example id BIGINT, name STRING.")
        Optional<String> schema,
    @Description("avro: the schema of the values, a record, as JSON.") Optional<String> avroSchema,
    @Description("string, bytes: the column that holds the value.") @Default("value")
        String valueColumn,
    @Description(
            "The column that holds the key. Without it keys are not read, and written as NULL.")
        Optional<String> keyColumn,
    @Description("What keys are: string or bytes.") @Default("string") Format keyFormat,
    @Description(
            "What else to read of a record, each in a column of that name. When written, the columns headers and partition decide on those.")
        List<Metadata> metadata,
    @Description("What is done with a value that is not of the format.") @Default("fail")
        Malformed malformed,
    @Description(
            "Where a read begins: earliest, latest, or offsets as JSON {\"topic\":{\"0\":23}}, where -2 is earliest and -1 latest. A stream that goes on ignores it.")
        @Default("earliest")
        String startingOffsets,
    @Description(
            "Where a read begins: with the first record of this time, instead of startingOffsets.")
        Optional<Instant> startingTimestamp,
    @Description("Where a batch ends, exclusive: latest, or offsets as JSON.") @Default("latest")
        String endingOffsets,
    @Description(
            "Where a batch ends: before the first record of this time, instead of endingOffsets.")
        Optional<Instant> endingTimestamp,
    @Description("Whether a read fails when records that it should have are gone.") @Default("true")
        boolean failOnDataLoss,
    @Description("How many records a micro-batch has at most.") Optional<Long> maxOffsetsPerTrigger,
    @Description("Into how many tasks a read is cut at least. By default one per partition.")
        Optional<Integer> minPartitions,
    @Description("Partitions of the topic when it is created.") @Default("1") @Min(1)
        int partitions,
    @Description("Replicas of each partition when the topic is created. By default the broker's.")
        Optional<Integer> replication,
    @Description("Whether connections use TLS.") @Default("false") boolean tls,
    @Description("PKCS12 or JKS file with the certificates to trust. By default those of the JVM.")
        Optional<Location> trustStore,
    @Description("Password of trustStore.") Optional<Secret> trustStorePassword,
    @Description("PKCS12 or JKS file with the client's own certificate.")
        Optional<Location> keyStore,
    @Description("Password of keyStore and its key.") Optional<Secret> keyStorePassword,
    @Description("SASL mechanism. By default PLAIN where there is a user.")
        Optional<String> saslMechanism,
    @Description("User, for the mechanisms PLAIN and SCRAM-SHA-...") Optional<String> user,
    @Description("Password of user.") Optional<Secret> password,
    @Description("JAAS configuration, for other mechanisms.") Optional<Secret> jaas,
    @Description("How long a client waits for brokers before a read or write fails.")
        @Default("60s")
        Duration timeout,
    @Description("More properties of Kafka's clients, for example compression.type.")
        Map<String, String> options) {

  /** The column of what could not be parsed. */
  static final String RAW = "_raw";

  /**
   * @throws IllegalArgumentException with all that is wrong
   */
  public KafkaConfig {
    topics = List.copyOf(topics);
    metadata = List.copyOf(metadata);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    List<String> problems = new ArrayList<>();
    long sources =
        Stream.of(topic.isPresent(), !topics.isEmpty(), topicPattern.isPresent())
            .filter(given -> given)
            .count();
    check(sources == 1, "give exactly one of topic, topics and topicPattern", problems);
    check(
        format == Format.JSON == schema.isPresent(),
        "schema is needed for format json, and goes with it only",
        problems);
    check(
        format == Format.AVRO == avroSchema.isPresent(),
        "avroSchema is needed for format avro, and goes with it only",
        problems);
    check(!keyFormat.structured(), "keyFormat must be string or bytes", problems);
    check(
        malformed == Malformed.FAIL || format.structured(),
        "malformed: keep goes with json and avro only",
        problems);
    offsets("startingOffsets", startingOffsets, List.of("earliest", "latest"), problems);
    offsets("endingOffsets", endingOffsets, List.of("latest"), problems);
    check(user.isPresent() == password.isPresent(), "give user and password together", problems);
    check(user.isEmpty() || jaas.isEmpty(), "give user or jaas, not both", problems);
    check(
        saslMechanism.isEmpty() || user.isPresent() || jaas.isPresent(),
        "saslMechanism needs user and password, or jaas",
        problems);
    check(
        tls || Stream.of(trustStore, keyStore).allMatch(Optional::isEmpty),
        "trustStore and keyStore go with tls: true",
        problems);
    check(timeout.toMillis() >= 1, "timeout must be at least 1ms, got " + timeout, problems);
    positive("maxOffsetsPerTrigger", maxOffsetsPerTrigger, problems);
    positive("minPartitions", minPartitions, problems);
    positive("replication", replication, problems);
    for (String key : options.keySet()) {
      check(
          !ClientSettings.TYPED.contains(key),
          "options: '" + key + "' is set by the connector, or has an option of its own",
          problems);
    }
    if (problems.isEmpty()) {
      Layout.problem(format, schema, avroSchema, valueColumn, keyColumn, metadata, malformed)
          .ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void check(boolean condition, String problem, List<String> problems) {
    if (!condition) {
      problems.add(problem);
    }
  }

  private static void offsets(
      String option, String value, List<String> names, List<String> problems) {
    check(
        names.contains(value) || value.strip().startsWith("{"),
        option + " must be " + String.join(" or ", names) + " or JSON, got '" + value + "'",
        problems);
  }

  private static void positive(
      String option, Optional<? extends Number> value, List<String> problems) {
    value
        .filter(number -> number.longValue() < 1)
        .ifPresent(number -> problems.add(option + " must be at least 1, got " + number));
  }

  /** How messages name the topics. */
  String label() {
    return topic
        .map(name -> "topic '" + name + "'")
        .or(() -> topicPattern.map(pattern -> "topics like '" + pattern + "'"))
        .orElseGet(() -> "topics " + String.join(", ", topics));
  }
}
