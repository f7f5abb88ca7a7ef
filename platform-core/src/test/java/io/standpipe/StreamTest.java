package io.standpipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.OutputMode;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.pipeline.Step;
import io.standpipe.pipeline.StreamSettings;
import io.standpipe.spi.Location;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams from files to files. */
class StreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void session() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
  }

  @AfterAll
  static void stopSession() {
    spark.stop();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(folder.resolve("clicks"));
    configure("id BIGINT, page STRING");
  }

  private void configure(String schema) throws IOException {
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        storages:
          clicks: {connector: file, format: csv, path: clicks, header: false, schema: "%s"}
          more: {connector: file, format: csv, path: more, header: false, schema: "id BIGINT"}
          pages: {connector: file, format: csv, path: pages.csv, schema: "page STRING, title STRING"}
          out: {connector: file, format: json, path: out}
          other: {connector: file, format: parquet, path: other}
        """
            .formatted(schema));
  }

  private void click(String file, String... lines) throws IOException {
    // A reader must not see half a file.
    Path draft = Files.writeString(folder.resolve("draft"), String.join("\n", lines) + "\n");
    Files.move(draft, folder.resolve("clicks").resolve(file));
  }

  private Platform open() {
    return Platform.builder()
        .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
        .session(spark)
        .open();
  }

  private StreamSettings checkpoint() {
    return StreamSettings.checkpointAt(new Location(folder.resolve("state").toString()));
  }

  private static Pipeline append(StreamSettings settings) {
    return Pipeline.of(
        "clicks",
        Step.stream("clicks"),
        Step.write("out", "clicks", WriteMode.APPEND).streaming(settings));
  }

  private RunReport run(Pipeline pipeline) {
    try (Platform platform = open()) {
      Plan plan = platform.plan(pipeline);
      return platform.run(plan, platform.newRunId(plan), new RunListener() {});
    }
  }

  private static NodeReport last(RunReport report) {
    return report.nodes().get(report.nodes().size() - 1);
  }

  private static NodeReport succeeded(RunReport report) {
    assertThat(report.nodes()).allSatisfy(node -> assertThat(node.failure()).isEmpty());
    return last(report);
  }

  private List<String> rows(String storage) {
    try (Platform platform = open()) {
      return platform.withSpark(
          session ->
              platform.storages().require(storage).read(session).toJSON().collectAsList().stream()
                  .sorted()
                  .toList());
    }
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-")).toList();
    }
  }

  @Test
  void run_nothingNew_writesNothing() throws IOException {
    click("1.csv", "1,home", "2,cart");
    NodeReport first = succeeded(run(append(checkpoint())));
    assertThat(first.batches()).hasValue(1);
    assertThat(first.rowsIn()).hasValue(2);
    assertThat(first.rowsOut()).hasValue(2);
    List<Path> files = dataFiles();

    NodeReport second = succeeded(run(append(checkpoint())));

    assertThat(second.batches()).hasValue(0);
    assertThat(second.rowsOut()).hasValue(0);
    assertThat(dataFiles()).isEqualTo(files);
  }

  @Test
  void run_again_goesOnWhereTheLastOneStopped() throws IOException {
    click("1.csv", "1,home");
    succeeded(run(append(checkpoint())));
    click("2.csv", "2,cart");

    assertThat(succeeded(run(append(checkpoint()))).rowsOut()).hasValue(1);

    assertThat(rows("out"))
        .containsExactly("{\"id\":1,\"page\":\"home\"}", "{\"id\":2,\"page\":\"cart\"}");
  }

  @Test
  void run_batchWhoseCommitWasLost_repeatedButWrittenOnce() throws IOException {
    click("1.csv", "1,home");
    succeeded(run(append(checkpoint())));
    Files.delete(folder.resolve("state/commits/0"));
    Files.deleteIfExists(folder.resolve("state/commits/.0.crc"));
    Pipeline renamed =
        Pipeline.of(
            "clicks",
            Step.stream("clicks"),
            Step.write("out", "clicks", WriteMode.APPEND).as("renamed").streaming(checkpoint()));

    NodeReport repeated = succeeded(run(renamed));

    assertThat(repeated.batches()).as("the batch was repeated").hasValue(1);
    assertThat(repeated.rowsOut()).as("and recognised").hasValue(0);
    assertThat(rows("out")).containsExactly("{\"id\":1,\"page\":\"home\"}");
  }

  @Test
  void run_sourceGetsAColumn_refusedOrAddedAsDeclared() throws IOException {
    click("1.csv", "1,home");
    succeeded(run(append(checkpoint())));
    configure("id BIGINT, page STRING, agent STRING");
    click("2.csv", "2,cart,curl");

    RunReport refused = run(append(checkpoint()));
    assertThat(last(refused).failure().orElseThrow().message())
        .startsWith("Storage 'out' (file): ")
        .contains("agent");
    assertThat(last(refused).failure().orElseThrow().verdict()).isEqualTo("permanent");

    Pipeline evolving =
        Pipeline.of(
            "clicks",
            Step.stream("clicks"),
            Step.write("out", "clicks", WriteMode.APPEND)
                .evolving(SchemaEvolution.ADD_COLUMNS)
                .streaming(checkpoint()));
    succeeded(run(evolving));
    assertThat(rows("out"))
        .containsExactly(
            "{\"agent\":\"curl\",\"id\":2,\"page\":\"cart\"}", "{\"id\":1,\"page\":\"home\"}");
  }

  @Test
  void run_aggregationWithATable_overwritesWithAllRows() throws IOException {
    Files.writeString(folder.resolve("pages.csv"), "page,title\nhome,Welcome\ncart,Your cart\n");
    Pipeline titles =
        Pipeline.of(
            "titles",
            Step.stream("clicks"),
            Step.read("pages"),
            Step.filter("known", "clicks", "page IS NOT NULL"),
            Step.sql(
                "titles",
                "SELECT title, count(*) AS clicks FROM known JOIN pages USING (page) GROUP BY title"),
            Step.write("out", "titles", WriteMode.OVERWRITE)
                .streaming(checkpoint().writing(OutputMode.COMPLETE)));
    click("1.csv", "1,home", "2,cart");
    succeeded(run(titles));
    click("2.csv", "3,home", "4,");

    succeeded(run(titles));

    assertThat(rows("out"))
        .containsExactly(
            "{\"clicks\":1,\"title\":\"Your cart\"}", "{\"clicks\":2,\"title\":\"Welcome\"}");
  }

  @Test
  void start_intervals_goOnUntilStopped() throws Exception {
    click("1.csv", "1,home");
    try (Platform platform = open()) {
      Plan plan = platform.plan(append(checkpoint().every(Duration.ofMillis(100))));
      RunningPipeline running = platform.start(plan, platform.newRunId(plan), new RunListener() {});
      await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("state/commits/0")));
      click("2.csv", "2,cart");
      await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("state/commits/1")));
      assertThat(running.await(Duration.ofMillis(10))).as("it goes on").isEmpty();

      running.stop();

      NodeReport report = succeeded(running.await(PATIENCE).orElseThrow());
      assertThat(report.batches()).hasValue(2);
      assertThat(report.rowsOut()).hasValue(2);
    }
    assertThat(rows("out")).hasSize(2);
  }

  @Test
  void stop_inMidBatch_finishesItAndBeginsNoOther() throws Exception {
    click("1.csv", "1,home");
    CountDownLatch working = new CountDownLatch(1);
    RunListener listener =
        new RunListener() {
          @Override
          public void progressed(Plan.Node node, int done, int known, long read, long written) {
            working.countDown();
          }
        };
    Pipeline slow =
        Pipeline.of(
            "clicks",
            Step.stream("clicks"),
            Step.sql(
                "slow",
                "SELECT id, reflect('java.lang.Thread', 'sleep', 2000L) IS NULL AS slept FROM clicks"),
            Step.write("out", "slow", WriteMode.APPEND)
                .streaming(checkpoint().every(Duration.ZERO)));
    try (Platform platform = open()) {
      Plan plan = platform.plan(slow);
      RunningPipeline running = platform.start(plan, platform.newRunId(plan), listener);
      working.await();
      click("2.csv", "2,cart");

      running.stop();

      NodeReport report = succeeded(running.await(PATIENCE).orElseThrow());
      assertThat(report.batches()).hasValue(1);
    }
    assertThat(folder.resolve("state/commits/0")).as("its end is recorded").exists();
    assertThat(rows("out")).hasSize(1);
    assertThat(succeeded(run(slow(slow))).rowsOut()).as("nothing is left out").hasValue(1);
    assertThat(rows("out")).hasSize(2);
  }

  /** The same pipeline, for what is there. */
  private Pipeline slow(Pipeline pipeline) {
    Step.Write write = (Step.Write) pipeline.steps().get(2);
    return Pipeline.of(
        "clicks", pipeline.steps().get(0), pipeline.steps().get(1), write.streaming(checkpoint()));
  }

  @Test
  void run_stopAfter_stopsByItself() throws IOException {
    click("1.csv", "1,home");
    StreamSettings settings =
        checkpoint().every(Duration.ofMillis(50)).stoppingAfter(Duration.ofMillis(1));

    RunReport report = run(append(settings));

    succeeded(report);
    assertThat(report.elapsed()).isLessThan(PATIENCE);
  }

  @Test
  void run_oneStreamFails_theOtherIsStopped() throws IOException {
    Files.createDirectories(folder.resolve("more"));
    Files.writeString(folder.resolve("more/1.csv"), "no number\n");
    click("1.csv", "1,home");
    Pipeline two =
        Pipeline.of(
            "two",
            Step.stream("clicks"),
            Step.stream("more"),
            Step.write("out", "clicks", WriteMode.APPEND)
                .streaming(checkpoint().every(Duration.ofMillis(50))),
            Step.write("other", "more", WriteMode.APPEND)
                .streaming(
                    StreamSettings.checkpointAt(
                        new Location(folder.resolve("state2").toString()))));

    RunReport report = run(two);

    assertThat(report.nodes())
        .extracting(NodeReport::status)
        .containsExactly(Status.SUCCEEDED, Status.SUCCEEDED, Status.CANCELLED, Status.FAILED);
    assertThat(report.nodes().get(2).failure().orElseThrow().message())
        .isEqualTo("stopped because 'write_other' failed");
    assertThat(last(report).failure().orElseThrow().message())
        .startsWith("Storage 'other' (file): ")
        .contains("no number");
  }

  @Test
  void run_streamWithoutFolderOrSchema_refusedBeforeAnythingIsWritten() throws IOException {
    Files.delete(folder.resolve("clicks"));
    RunReport missing = run(append(checkpoint()));
    assertThat(missing.nodes().get(0).failure().orElseThrow().message())
        .isEqualTo(
            "Storage 'clicks' (file): cannot read '"
                + folder.resolve("clicks")
                + "' as a stream: it is no folder. Name a folder, which may be empty, or a glob in 'path'.");

    Files.createDirectories(folder.resolve("out"));
    RunReport unknown =
        run(
            Pipeline.of(
                "copy",
                Step.stream("out"),
                Step.write("other", "out", WriteMode.APPEND).streaming(checkpoint())));
    assertThat(unknown.nodes().get(0).failure().orElseThrow().message())
        .isEqualTo(
            "Storage 'out' (file): cannot read '"
                + folder.resolve("out")
                + "' as a stream: its columns are not known. Declare them with 'schema': files that come"
                + " later are read with it, too.");
    assertThat(folder.resolve("state")).doesNotExist();
  }

  @Test
  void run_batchStepsBesideStreams_runFirst() throws IOException {
    Files.writeString(folder.resolve("pages.csv"), "page,title\nhome,Welcome\n");
    click("1.csv", "1,home");
    RunReport report =
        run(
            Pipeline.of(
                "both",
                Step.stream("clicks"),
                Step.write("out", "clicks", WriteMode.APPEND).streaming(checkpoint()),
                Step.read("pages"),
                Step.write("other", "pages", WriteMode.OVERWRITE)));

    succeeded(report);
    assertThat(report.nodes())
        .extracting(NodeReport::name)
        .containsExactly("clicks", "write_out", "pages", "write_other");
    assertThat(rows("other")).containsExactly("{\"page\":\"home\",\"title\":\"Welcome\"}");
  }
}
