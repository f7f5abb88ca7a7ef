package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.standpipe.Platform;
import io.standpipe.RunningPipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.storage.Storage;
import io.standpipe.tck.server.DynamoDbServer;
import io.standpipe.tck.server.KafkaServer;
import io.standpipe.tck.server.PostgresServer;
import io.standpipe.tck.server.WithServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream of Kafka's records into PostgreSQL, Delta and DynamoDB at the same time, over the
 * packaged plug-ins: what is started again, repeated or broken off writes each row once.
 */
@WithServers
class StreamStoragesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> TARGETS = List.of("table", "lake", "items");

  @TempDir static Path folder;
  private static PostgresServer doomed;
  private static Platform platform;

  @BeforeAll
  static void open(KafkaServer kafka, PostgresServer postgres, DynamoDbServer dynamodb)
      throws IOException {
    doomed = PostgresServer.start();
    StringBuilder yaml =
        new StringBuilder(
            """
            spark: {master: "local[2]", conf: {spark.sql.shuffle.partitions: 2, spark.databricks.delta.snapshotPartitions: 1}}
            storages:
            """);
    yaml.append(storages("resumed", kafka, postgres, dynamodb));
    yaml.append(storages("repeated", kafka, postgres, dynamodb));
    yaml.append(storages("killed", kafka, doomed, dynamodb));
    platform = Launcher.platform(Files.writeString(folder.resolve("standpipe.yaml"), yaml));
  }

  private static String storages(
      String name, KafkaServer kafka, PostgresServer postgres, DynamoDbServer dynamodb) {
    return """
          %1$s_events: {connector: kafka, bootstrapServers: "%2$s", topic: %1$s, schema: id BIGINT, maxOffsetsPerTrigger: 40, options: {partitioner.class: org.apache.kafka.clients.producer.RoundRobinPartitioner}}
          %1$s_table: {connector: jdbc, url: "%3$s", user: %4$s, password: %5$s, table: %1$s}
          %1$s_lake: {connector: delta, path: %1$s}
          %1$s_items: {connector: dynamodb, endpoint: "%6$s", region: eu-central-1, accessKeyId: id, secretAccessKey: secret, table: %1$s, partitionKey: id, schema: id BIGINT}
        """
        .formatted(
            name,
            kafka.bootstrapServers(),
            postgres.url(),
            PostgresServer.USER,
            PostgresServer.PASSWORD,
            dynamodb.endpoint());
  }

  @AfterAll
  static void close() {
    platform.close();
    doomed.close();
  }

  private static Storage events(String name) {
    return platform.storages().require(name + "_events");
  }

  private static void createTopic(String name) {
    platform.withSpark(
        spark ->
            events(name)
                .use(
                    SupportsTable.class,
                    topic -> {
                      topic.create(spark, new StructType().add("id", "bigint"));
                      return topic;
                    }));
  }

  /** Sends records with the ids from the first to the last, exclusive, in this order. */
  private static void send(String name, long from, long to) {
    platform.withSpark(
        spark ->
            events(name)
                .write(
                    spark, spark.range(from, to, 1, 1).toDF(), WriteRequest.of(WriteMode.APPEND)));
  }

  private static Plan plan(String steps) {
    try {
      return platform.plan(Files.writeString(folder.resolve("pipeline.yaml"), "steps:\n" + steps));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * @param more settings of each write, for example {@code , every: 1s}
   */
  private static Plan toAll(String name, String more) {
    return plan(
        """
          - {read: %1$s_events, as: events, stream: true}
          - {write: %1$s_table, as: table, from: events, mode: append, checkpoint: state/%1$s/table%2$s}
          - {write: %1$s_lake, as: lake, from: events, mode: append, checkpoint: state/%1$s/lake%2$s}
          - {write: %1$s_items, as: items, from: events, mode: upsert, keys: [id], checkpoint: state/%1$s/items%2$s}
        """
            .formatted(name, more));
  }

  private static RunningPipeline start(Plan plan) {
    return platform.start(plan, platform.newRunId(plan), new RunListener() {});
  }

  private static RunReport run(Plan plan) {
    return platform.run(plan, platform.newRunId(plan), new RunListener() {});
  }

  private static RunReport succeeded(RunReport report) {
    assertThat(report.nodes()).allSatisfy(node -> assertThat(node.failure()).isEmpty());
    return report;
  }

  private static NodeReport node(RunReport report, String name) {
    return report.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The ids in a storage, sorted, each as often as it is there. */
  private static List<Long> ids(String storage) {
    return platform.withSpark(
        spark ->
            platform
                .storages()
                .require(storage)
                .read(spark)
                .sort("id")
                .as(Encoders.LONG())
                .collectAsList());
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static long count(PostgresServer server, String table) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                server.url(), PostgresServer.USER, PostgresServer.PASSWORD);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void awaitRows(PostgresServer server, String table, long rows) {
    // The table comes with the first rows.
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> count(server, table) >= rows);
  }

  @Test
  void stream_stoppedAndStartedAgain_goesOnWithoutAGap(PostgresServer postgres) throws Exception {
    createTopic("resumed");
    send("resumed", 0, 100);
    RunningPipeline running = start(toAll("resumed", ", every: 100ms"));
    awaitRows(postgres, "resumed", 100);
    send("resumed", 100, 200);
    awaitRows(postgres, "resumed", 101);

    running.stop();

    RunReport stopped = succeeded(running.await());
    send("resumed", 200, 250);
    RunReport rest = succeeded(run(toAll("resumed", "")));
    for (String target : TARGETS) {
      assertThat(ids("resumed_" + target)).as(target).isEqualTo(range(0, 250));
      assertThat(
              node(stopped, target).rowsOut().orElseThrow()
                  + node(rest, target).rowsOut().orElseThrow())
          .as(target)
          .isEqualTo(250);
    }
  }

  @Test
  void batch_whoseEndTheCheckpointLost_isRepeatedAndWrittenOnce() throws IOException {
    createTopic("repeated");
    send("repeated", 0, 60);
    succeeded(run(toAll("repeated", "")));
    for (String target : TARGETS) {
      loseLastCommit(folder.resolve("state/repeated/" + target + "/commits"));
    }

    RunReport report = succeeded(run(toAll("repeated", "")));

    for (String target : TARGETS) {
      assertThat(node(report, target).batches()).as(target).hasValue(1);
      assertThat(ids("repeated_" + target)).as(target).isEqualTo(range(0, 60));
    }
    assertThat(node(report, "table").rowsOut()).as("recognised").hasValue(0);
    assertThat(node(report, "lake").rowsOut()).as("recognised").hasValue(0);
    assertThat(node(report, "items").rowsOut()).as("written again").hasValue(20);
  }

  private static void loseLastCommit(Path commits) throws IOException {
    try (Stream<Path> files = Files.list(commits)) {
      List<Integer> batches =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("\\d+"))
              .map(Integer::valueOf)
              .sorted()
              .toList();
      assertThat(batches).containsExactly(0, 1);
      Files.delete(commits.resolve("1"));
      Files.deleteIfExists(commits.resolve(".1.crc"));
    }
  }

  @Test
  void stream_databaseKilledInMidBatch_failsAsTransient_andTheNextRunWritesTheRestOnce()
      throws Exception {
    createTopic("killed");
    send("killed", 0, 200);
    Plan slow =
        plan(
            """
              - {read: killed_events, as: events, stream: true}
              - as: slow
                sql: "SELECT id FROM events WHERE IF(id = 80, reflect('java.lang.Thread', 'sleep', 3000L), '') IS NOT NULL"
              - {write: killed_table, as: table, from: slow, mode: append, checkpoint: state/killed/table}
            """);
    RunningPipeline running = start(slow);
    awaitRows(doomed, "killed", 80);

    doomed.kill();

    Failure failure = node(running.await(), "table").failure().orElseThrow();
    assertThat(failure.verdict()).as(failure.message()).isEqualTo("transient");
    assertThat(failure.storage()).hasValue("killed_table");

    doomed.restart();
    assertThat(count(doomed, "killed")).as("batches that were committed").isEqualTo(80);
    RunReport rest = succeeded(run(slow));
    assertThat(node(rest, "table").rowsOut()).hasValue(120);
    assertThat(ids("killed_table")).isEqualTo(range(0, 200));
  }
}
