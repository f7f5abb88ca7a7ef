package io.standpipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.session.SessionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext$;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine from the outside, on files. */
class PlatformTest {
  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(
        folder.resolve("orders.csv"), "id,customer,amount\n1,ann,10.5\n2,bob,4.0\n3,ann,1.0\n");
    write(
        "standpipe.yaml",
        """
        spark:
          master: local[2]
          conf: {spark.sql.shuffle.partitions: 2}
        storages:
          orders: {connector: file, format: csv, path: orders.csv, schema: "id INT, customer STRING, amount DOUBLE"}
          raw: {connector: file, format: csv, path: orders.csv}
          copy: {connector: file, format: parquet, path: out/copy}
          totals: {connector: file, format: json, path: out/totals}
        """);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Platform open() {
    return Platform.builder()
        .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
        .open();
  }

  private RunReport run(Platform platform, Path pipeline) {
    Plan plan = platform.plan(pipeline);
    return platform.run(plan, platform.newRunId(plan), new RunListener() {});
  }

  private Path pipeline() throws IOException {
    return write(
        "pipeline.yaml",
        """
        steps:
          - read: orders
          - {as: large, from: orders, filter: amount > 2}
          - as: by_customer
            sql: WITH large AS (SELECT * FROM large WHERE id < 100) SELECT customer, sum(amount) AS total FROM large GROUP BY 1
          - {write: totals, from: by_customer, mode: overwrite}
        """);
  }

  private static List<String> rows(Platform platform) {
    return platform.withSpark(
        spark ->
            platform.storages().require("totals").read(spark).toJSON().collectAsList().stream()
                .sorted()
                .toList());
  }

  private static boolean sparkRuns() {
    return SparkContext$.MODULE$.getActive().exists(context -> !context.isStopped());
  }

  @Test
  void run_filterAndSql_writesTheRows() throws IOException {
    try (Platform platform = open()) {
      RunReport report = run(platform, pipeline());

      assertThat(report.succeeded()).isTrue();
      assertThat(rows(platform))
          .containsExactly(
              "{\"customer\":\"ann\",\"total\":10.5}", "{\"customer\":\"bob\",\"total\":4.0}");
      RunReport.NodeReport written = report.nodes().get(report.nodes().size() - 1);
      assertThat(written.rowsIn())
          .as("rows that passed the filter, which Spark pushes into the reader")
          .hasValue(2);
      assertThat(written.rowsOut()).hasValue(2);
      assertThat(platform.<Long>withSpark(spark -> spark.catalog().listTables().count()))
          .as("no views are left in the session")
          .isZero();
    }
  }

  @Test
  void run_readAfterWriteOfOneStorage_readsWhatWasWritten() throws IOException {
    Path pipeline =
        write(
            "pipeline.yaml",
            """
            steps:
              - read: orders
              - {write: copy, from: orders, mode: overwrite}
              - {read: copy, as: written}
              - {write: totals, from: written, mode: overwrite}
            """);
    try (Platform platform = open()) {
      assertThat(run(platform, pipeline).succeeded()).isTrue();
      assertThat(rows(platform).size()).isEqualTo(3);
    }
  }

  @Test
  void open_twoPlatformsOneAfterTheOther_bothWork() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Platform platform = open()) {
        assertThat(run(platform, pipeline()).succeeded()).isTrue();
      }
      assertThat(sparkRuns()).isFalse();
    }
  }

  @Test
  void run_sourcesThatAreMissing_allReportedAndNothingWritten() throws IOException {
    Files.delete(folder.resolve("orders.csv"));
    Path pipeline =
        write(
            "pipeline.yaml",
            """
            steps:
              - read: orders
              - read: copy
              - {write: totals, from: orders, mode: overwrite}
              - {write: totals, as: more, from: copy, mode: append}
            """);
    try (Platform platform = open()) {
      RunReport report = run(platform, pipeline);

      assertThat(report.nodes())
          .extracting(RunReport.NodeReport::status)
          .containsExactly(Status.FAILED, Status.FAILED, Status.SKIPPED, Status.SKIPPED);
      assertThat(report.nodes().get(0).failure().orElseThrow())
          .satisfies(
              failure -> {
                assertThat(failure.verdict()).isEqualTo("permanent");
                assertThat(failure.storage()).hasValue("orders");
                assertThat(failure.message()).startsWith("Storage 'orders' (file): ");
              });
      assertThat(folder.resolve("out")).as("nothing was written").doesNotExist();
    }
    assertThat(sparkRuns()).isFalse();
  }

  @Test
  void run_columnThatOnlySparkKnowsToBeMissing_reportedBeforeAnythingIsWritten()
      throws IOException {
    Path pipeline =
        write(
            "pipeline.yaml",
            """
            steps:
              - read: raw
              - read: orders
              - {as: wrong, sql: SELECT custmer FROM raw}
              - {write: copy, from: orders, mode: overwrite}
              - {write: totals, from: wrong, mode: overwrite}
            """);
    try (Platform platform = open()) {
      RunReport report = run(platform, pipeline);

      assertThat(report.nodes().get(2).failure().orElseThrow().message())
          .startsWith(pipeline + ":4:5: line 1, column 8: ")
          .contains("`custmer`")
          .contains("`customer`");
      assertThat(folder.resolve("out")).as("nothing was written").doesNotExist();
    }
  }

  @Test
  void plan_neverStartsSpark() throws IOException {
    try (Platform platform = open()) {
      Plan plan = platform.plan(pipeline());
      assertThat(plan.nodes().get(2).schema().orElseThrow().simpleString())
          .isEqualTo("struct<customer:string,total:double>");
    }
    assertThat(sparkRuns()).isFalse();
  }

  @Test
  void spark_anotherContextRuns_refusedInsteadOfShared() {
    try (SparkSession other =
            SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        Platform platform = open()) {
      assertThatThrownBy(() -> platform.withSpark(SparkSession::version))
          .isInstanceOf(SessionException.class)
          .hasMessageContaining("This JVM runs a Spark context already");
      assertThat(other.range(1).count()).isOne();
    }
  }

  @Test
  void session_injected_usedAndLeftOpen() throws IOException {
    try (SparkSession own =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      try (Platform platform =
          Platform.builder()
              .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
              .session(own)
              .open()) {
        assertThat(run(platform, pipeline()).succeeded()).isTrue();
      }
      assertThat(own.range(3).count()).isEqualTo(3);
    }
  }

  @Test
  void session_injectedWithOtherProperties_refusedWithTheExactOptions() {
    try (SparkSession own =
            SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        Platform platform =
            Platform.builder()
                .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
                .session(own)
                .open()) {
      assertThatThrownBy(() -> platform.withSpark(SparkSession::version))
          .isInstanceOf(SessionException.class)
          .hasMessage(
              "The Spark session that was handed in does not have what the storages need. Start it with:"
                  + " --conf spark.sql.shuffle.partitions=2");
    }
  }

  @Test
  void open_unknownConnector_namesTheNearest() throws IOException {
    write("standpipe.yaml", "storages:\n  x: {connector: fil, path: a}\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("storage 'x': no connector of type 'fil'. Did you mean 'file'?");
  }

  @Test
  void newRunId_isUniqueAndNamesThePipeline() throws IOException {
    try (Platform platform = open()) {
      Plan plan = platform.plan(pipeline());
      assertThat(List.of(platform.newRunId(plan), platform.newRunId(plan)))
          .doesNotHaveDuplicates()
          .allMatch(id -> id.matches("pipeline-\\d{8}-\\d{6}-[0-9a-f]{6}"));
    }
  }
}
