package io.standpipe.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.tck.server.KafkaServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** A broker of its own that is killed while rows are sent to it, and while they are read. */
class KafkaFaultTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final long ROWS = 20_000;

  /** Tasks are threads of this JVM. */
  private static volatile Runnable onRow = () -> {};

  private static KafkaConfig config(KafkaServer server, Duration timeout) {
    return Spark.config(
        Map.of(
            "bootstrapServers",
            server.bootstrapServers(),
            "topic",
            "faults",
            "schema",
            "id BIGINT, text STRING",
            "timeout",
            timeout));
  }

  private static KafkaConnector connector(KafkaServer server, Duration timeout) {
    return new KafkaConnector(config(server, timeout));
  }

  @Test
  void brokerKilled_writeRepeated_noRowIsLost_readFailsInTime() throws Exception {
    try (KafkaServer server = KafkaServer.start()) {
      KafkaConnector connector = connector(server, Duration.ofSeconds(5));
      connector.create(Spark.SESSION, new StructType());
      Dataset<Row> slow =
          Spark.SESSION
              .range(0, ROWS, 1, 20)
              .selectExpr(
                  "id",
                  "IF(id % 1000 = 500, CAST(reflect('java.lang.Thread', 'sleep', 700L) AS STRING),"
                      + " repeat('x', 100)) AS text");
      CompletableFuture<Void> write =
          CompletableFuture.runAsync(() -> connector.write(Spark.SESSION, slow, APPEND));
      await().atMost(Duration.ofSeconds(60)).until(() -> records(server) > 0);
      server.kill();

      assertThatThrownBy(write::join)
          .cause()
          .satisfies(error -> assertThat(verdict(error)).contains(Verdict.TRANSIENT));
      server.restart();
      KafkaConnector patient = connector(server, Duration.ofSeconds(60));
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> patient.exists(Spark.SESSION));
      long before = patient.read(Spark.SESSION).count();
      assertThat(before).isBetween(1L, ROWS - 1);

      patient.write(Spark.SESSION, slow, APPEND);

      Dataset<Row> all = patient.read(Spark.SESSION);
      assertThat(all.select("id").distinct().count()).isEqualTo(ROWS);
      assertThat(all.count()).as("at least once").isBetween(before + ROWS, 2 * ROWS);

      KafkaConnector hasty = connector(server, Duration.ofSeconds(1));
      onRow = server::kill;
      long begin = System.nanoTime();
      assertThatThrownBy(
              () ->
                  hasty
                      .read(Spark.SESSION)
                      .foreach((ForeachFunction<Row>) row -> KafkaFaultTest.onRow.run()))
          .satisfies(error -> assertThat(verdict(error)).contains(Verdict.TRANSIENT));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void brokerThatStoodStill_createWaitsUntilItIsAdmittedAgain() throws Exception {
    Duration timeout = Duration.ofSeconds(30);
    try (KafkaServer server = KafkaServer.start();
        Topics topics = new Topics(config(server, timeout), timeout)) {
      for (String name : List.of("a", "b", "c", "d")) {
        assertThat(topics.partitions(name)).as("connects").isEmpty();
        server.freeze();
        CompletableFuture<Void> create = CompletableFuture.runAsync(() -> topics.create(name));
        try {
          // Long enough for the controller not to know the broker any more.
          Thread.sleep(2_000);
        } finally {
          server.thaw();
        }

        create.join();

        assertThat(topics.partitions(name)).hasValue(1);
      }
    }
  }

  /** Asked for without Spark, whose cores the write has. */
  private static long records(KafkaServer server) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", server.bootstrapServers(),
            "key.deserializer", ByteArrayDeserializer.class,
            "value.deserializer", ByteArrayDeserializer.class);
    TopicPartition partition = new TopicPartition("faults", 0);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      return consumer.endOffsets(List.of(partition)).get(partition);
    }
  }

  private static Optional<Verdict> verdict(Throwable error) {
    for (Throwable link = error; link != null; link = link.getCause()) {
      Optional<ErrorRule> rule = ErrorTable.CLASSIFIER.classify(link);
      if (rule.isPresent()) {
        return rule.map(ErrorRule::verdict);
      }
    }
    return Optional.empty();
  }
}
