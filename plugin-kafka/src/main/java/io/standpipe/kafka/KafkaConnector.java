package io.standpipe.kafka;

import io.standpipe.kafka.Problem.Refusal;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsStreamRead;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * One topic of Kafka, or several that are read together.
 *
 * <p>A write appends, and arrives at least once: a task, or a whole write, that is repeated after a
 * failure sends its rows again. What a failed write has sent stays, and readers see records as they
 * arrive.
 *
 * <p>Thread-safe: it has no state besides its configuration.
 */
public final class KafkaConnector
    implements SupportsRead,
        SupportsStreamRead,
        SupportsWrite,
        SupportsTable,
        SupportsSchema,
        SupportsHealthCheck {
  /** Not its short name, which another JAR may offer, too. */
  private static final String SOURCE = "org.apache.spark.sql.kafka010.KafkaSourceProvider";

  private final KafkaConfig config;

  /** The connector of the configured topics; opens nothing. */
  public KafkaConnector(KafkaConfig config) {
    this.config = config;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return act(
        "read " + config.label(),
        () -> {
          requireTopics("read");
          Map<String, String> options = reading();
          config
              .endingTimestamp()
              .ifPresentOrElse(
                  time -> options.put("endingTimestamp", "" + time.toEpochMilli()),
                  () -> options.put("endingOffsets", config.endingOffsets()));
          return new Layout(config)
              .decode(
                  CountedRecords.of(
                      session, session.read().format(SOURCE).options(options).load()));
        });
  }

  @Override
  public Dataset<Row> readStream(SparkSession session) {
    return act(
        "read " + config.label(),
        () -> {
          requireTopics("read");
          return new Layout(config)
              .decode(
                  withoutOlderReader(
                      session, session.readStream().format(SOURCE).options(reading()).load()));
        });
  }

  /**
   * Spark keeps an older reader in the plan of a stream, and shows all its options, secrets too.
   */
  private static Dataset<Row> withoutOlderReader(SparkSession session, Dataset<Row> records) {
    StreamingRelationV2 relation = (StreamingRelationV2) records.queryExecution().analyzed();
    return Dataset.ofRows(
        session,
        new StreamingRelationV2(
            relation.source(),
            relation.sourceName(),
            relation.table(),
            relation.extraOptions(),
            relation.output(),
            relation.catalog(),
            relation.identifier(),
            Option.empty()));
  }

  private Map<String, String> reading() {
    Map<String, String> options = prefixed(ClientSettings.connection(config));
    config.topic().ifPresent(topic -> options.put("subscribe", topic));
    if (!config.topics().isEmpty()) {
      options.put("subscribe", String.join(",", config.topics()));
    }
    config.topicPattern().ifPresent(pattern -> options.put("subscribePattern", pattern));
    config
        .startingTimestamp()
        .ifPresentOrElse(
            time -> {
              options.put("startingTimestamp", "" + time.toEpochMilli());
              // A time without a record after it is the end, not an error.
              options.put("startingOffsetsByTimestampStrategy", "latest");
            },
            () -> options.put("startingOffsets", config.startingOffsets()));
    options.put("kafkaConsumer.pollTimeoutMs", "" + config.timeout().toMillis());
    options.put("failOnDataLoss", "" + config.failOnDataLoss());
    options.put("includeHeaders", "" + config.metadata().contains(Metadata.HEADERS));
    config.maxOffsetsPerTrigger().ifPresent(most -> options.put("maxOffsetsPerTrigger", "" + most));
    config.minPartitions().ifPresent(least -> options.put("minPartitions", "" + least));
    return options;
  }

  private static Map<String, String> prefixed(Map<String, String> settings) {
    Map<String, String> options = new LinkedHashMap<>();
    settings.forEach((key, value) -> options.put("kafka." + key, value));
    return options;
  }

  /** Append only; several topics can only be read. */
  @Override
  public Set<WriteMode> writeModes() {
    return config.topic().isPresent() ? Set.of(WriteMode.APPEND) : Set.of();
  }

  /** Sends a record for each row, and waits until all replicas have it. */
  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    String topic = single("write");
    if (request.mode() != WriteMode.APPEND) {
      throw new Refusal(
          "cannot write to " + config.label() + " with mode " + request.mode().id(),
          "Use append: Kafka's records cannot be replaced.");
    }
    return act(
        "append to " + config.label(),
        () -> {
          Dataset<Row> records = new Layout(config).encode(rows);
          requireTopics("append to");
          return WriteResult.committed(new Sending(config, topic).send(session, records));
        });
  }

  /** Else each task would wait for a topic until its time is over, or say no more than that. */
  private void requireTopics(String action) {
    if (config.topicPattern().isPresent()) {
      return;
    }
    try (Topics topics = new Topics(config, config.timeout())) {
      for (String topic : config.topic().map(List::of).orElse(config.topics())) {
        if (topics.partitions(topic).isEmpty()) {
          throw new Refusal(
              "cannot " + action + " " + config.label() + ": there is no topic '" + topic + "'",
              "Create it, or check 'topic'.");
        }
      }
    }
  }

  @Override
  public boolean exists(SparkSession session) {
    try (Topics topics = new Topics(config, config.timeout())) {
      return topics.partitions(single("look for")).isPresent();
    }
  }

  /** Creates the topic; the schema stays with the configuration. */
  @Override
  public void create(SparkSession session, StructType schema) {
    try (Topics topics = new Topics(config, config.timeout())) {
      topics.create(single("create"));
    }
  }

  @Override
  public void drop(SparkSession session) {
    try (Topics topics = new Topics(config, config.timeout())) {
      topics.drop(single("delete"));
    }
  }

  private String single(String action) {
    return config
        .topic()
        .orElseThrow(
            () -> new Refusal("cannot " + action + " " + config.label(), "Name one in 'topic'."));
  }

  @Override
  public Optional<StructType> knownSchema() {
    return Optional.of(new Layout(config).schema());
  }

  @Override
  public String ping(Duration timeout) {
    try (Topics topics = new Topics(config, timeout)) {
      return topics.describe();
    }
  }

  @SuppressWarnings("CatchingUnchecked")
  private static <T> T act(String action, Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) { // Scala declares no checked exceptions
      throw Problem.of(action, e);
    }
  }
}
