package io.standpipe.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.standpipe.Platform;
import io.standpipe.RunningPipeline;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.Location;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.execution.streaming.MemoryStream;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.Option;

/** Streams end when they are told to, and all of them when something else goes wrong. */
class StreamStopTest extends SparkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(folder.resolve("clicks"));
    Files.writeString(folder.resolve("clicks/1.csv"), "1\n");
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        storages:
          clicks: {connector: file, format: csv, path: clicks, header: false, schema: "id BIGINT"}
          out: {connector: file, format: json, path: out}
          other: {connector: file, format: json, path: other}
        """);
  }

  @AfterEach
  void endAll() throws TimeoutException {
    for (String setting :
        List.of("noDataProgressEventInterval", "numRecentProgressUpdates", "stopTimeout")) {
      spark.conf().unset("spark.sql.streaming." + setting);
    }
    for (StreamingQuery query : spark.streams().active()) {
      query.stop();
    }
  }

  private Platform open() {
    return Platform.builder()
        .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
        .session(spark)
        .open();
  }

  private StreamSettings settings(String checkpoint) {
    return StreamSettings.checkpointAt(new Location(folder.resolve(checkpoint).toString()))
        .every(Duration.ofMillis(20));
  }

  private Step.Write append(String storage, String from) {
    return Step.write(storage, from, WriteMode.APPEND).streaming(settings("state-" + storage));
  }

  private static RunningPipeline start(Platform platform, Pipeline pipeline, RunListener listener) {
    Plan plan = platform.plan(pipeline);
    return platform.start(plan, platform.newRunId(plan), listener);
  }

  @Test
  void stop_streamThatWasQuietForLong_ends() throws Exception {
    spark.conf().set("spark.sql.streaming.noDataProgressEventInterval", "1ms");
    spark.conf().set("spark.sql.streaming.numRecentProgressUpdates", "3");
    try (Platform platform = open()) {
      RunningPipeline running =
          start(
              platform,
              Pipeline.of("quiet", Step.stream("clicks"), append("out", "clicks")),
              new RunListener() {});
      await()
          .atMost(PATIENCE)
          .until(
              () -> spark.streams().active().length == 1 && isQuiet(spark.streams().active()[0]));

      running.stop();

      RunReport report = running.await(PATIENCE).orElseThrow();
      assertThat(report.nodes())
          .extracting(NodeReport::status)
          .containsOnly(RunReport.Status.SUCCEEDED);
      assertThat(report.nodes().get(1).batches()).hasValue(1);
    }
  }

  /** Whether nothing tells of the batch any more. */
  private static boolean isQuiet(StreamingQuery query) {
    return query.recentProgress().length > 0
        && Arrays.stream(query.recentProgress())
            .noneMatch(progress -> progress.durationMs().containsKey("addBatch"));
  }

  @Test
  void run_interruptedWhileItStops_leavesNoStream() throws InterruptedException {
    Pipeline slow =
        Pipeline.of(
            "slow",
            Step.stream("clicks"),
            Step.sql(
                "slow",
                "SELECT reflect('java.lang.Thread', 'sleep', 1000L) IS NULL AS slept FROM clicks"),
            append("out", "slow"),
            append("other", "clicks"));
    try (Platform platform = open()) {
      Plan plan = platform.plan(slow);
      CountDownLatch working = new CountDownLatch(1);
      RunListener listener =
          new RunListener() {
            @Override
            public void progressed(Plan.Node node, int done, int known, long read, long written) {
              if (node.name().equals("write_out")) {
                working.countDown();
              }
            }
          };
      CompletableFuture<RunReport> report = new CompletableFuture<>();
      Thread runner =
          new Thread(
              () -> {
                try {
                  report.complete(platform.run(plan, platform.newRunId(plan), listener));
                } catch (Throwable e) {
                  report.completeExceptionally(e);
                }
              });
      runner.start();
      working.await();

      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                runner.interrupt();
                return !runner.isAlive();
              });

      assertThat(report.join().nodes())
          .extracting(NodeReport::status)
          .containsOnly(RunReport.Status.SUCCEEDED);
      assertThat(spark.streams().active()).isEmpty();
      assertThat(folder.resolve("state-out/commits/0")).as("the batch was finished").exists();
    }
  }

  @Test
  void run_listenerThrows_leavesNoStream() throws Exception {
    RunListener failing =
        new RunListener() {
          @Override
          public void started(Plan.Node node) {
            if (node.name().equals("write_other")) {
              throw new IllegalStateException("no listener");
            }
          }
        };
    try (Platform platform = open()) {
      RunningPipeline running =
          start(
              platform,
              Pipeline.of(
                  "two", Step.stream("clicks"), append("out", "clicks"), append("other", "clicks")),
              failing);

      RunReport report = running.await(PATIENCE).orElseThrow();
      assertThat(report.result()).isEqualTo(RunReport.Result.FAILED);
      assertThat(report.ended())
          .contains("the run's listener failed: java.lang.IllegalStateException: no listener");
      assertThat(spark.streams().active()).isEmpty();
    }
  }

  /** A source that takes its time to close. */
  private static final class StickySource extends MemoryStream<Integer> {
    private static final long serialVersionUID = 1L;
    private final transient CountDownLatch released;

    StickySource(CountDownLatch released) {
      super(1, spark.sqlContext(), Option.empty(), Encoders.INT());
      this.released = released;
    }

    @Override
    public void stop() {
      boolean waiting = true;
      while (waiting) {
        try {
          released.await();
          waiting = false;
        } catch (InterruptedException e) {
          // Sticky: that is what it is for.
        }
      }
    }
  }

  @Test
  void await_streamThatDoesNotStopInTime_isAFailureAndTheOthersAreStopped() throws Exception {
    spark.conf().set("spark.sql.streaming.stopTimeout", "2s");
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch stop = new CountDownLatch(1);
    List<Streams.Ended> ended = new ArrayList<>();
    try (Streams streams = new Streams(Clock.systemUTC(), stop)) {
      add("sticky", new StickySource(released), streams);
      add(
          "good",
          new MemoryStream<>(2, spark.sqlContext(), Option.empty(), Encoders.INT()),
          streams);
      // A query that is stopped before it has begun does not stop its source.
      await().atMost(PATIENCE).until(() -> allWait(spark.streams().active()));
      stop.countDown();

      streams.await(() -> false, ended::add);
    } finally {
      released.countDown();
    }
    assertThat(ended)
        .extracting(each -> each.started().node().name())
        .containsExactly("sticky", "good");
    assertThat(ended.get(0).failure().orElseThrow())
        .hasMessage(
            "the stream 'sticky' does not stop within spark.sql.streaming.stopTimeout. Raise it, or"
                + " end the program: the stream may still run.");
    assertThat(ended.get(1).failure()).isEmpty();
  }

  private static boolean allWait(StreamingQuery... queries) {
    return Arrays.stream(queries)
        .allMatch(query -> query.status().message().startsWith("Waiting for"));
  }

  private void add(String name, MemoryStream<Integer> source, Streams streams)
      throws TimeoutException {
    Connector nothing = new Connector() {};
    Storage storage =
        new Storage(
            name,
            "none",
            nothing,
            ErrorClassifier.of(List.of()),
            StreamStopTest.class.getClassLoader());
    StreamingWrite write =
        new StreamingWrite(
            storage,
            WriteRequest.of(WriteMode.APPEND),
            group -> new TaskCounter().watch(group, () -> {}),
            LoggingContext.Work::run);
    write.start(name, source.toDF(), settings("state-" + name));
    Plan.Node node =
        new Plan.Node(
            append(name, "x").as(name), List.of(), List.of(), List.of(), Optional.empty());
    streams.add(node, write, settings("state-" + name));
  }
}
