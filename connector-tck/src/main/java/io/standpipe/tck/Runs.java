package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationException;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.pipeline.Step;
import io.standpipe.storage.Storage;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Runs of pipelines on one platform: storages of the connector under test, beside those that only
 * the platform's own connectors need.
 */
final class Runs {
  /** The storage of {@link Bench#given}. */
  static final String GIVEN = "given";

  /** The storage of {@link Bench#taking}. */
  static final String TAKING = "taking";

  /** The step that writes. */
  static final String WRITTEN = "written";

  private final Bench bench;
  private final Platform platform;

  /**
   * @param sections of all storages, by name
   */
  Runs(Bench bench, Map<String, Object> sections) {
    this(bench, sections, Clock.systemUTC());
  }

  /** As the other, by a clock of the caller's. */
  Runs(Bench bench, Map<String, Object> sections, Clock clock) {
    this.bench = bench;
    this.platform =
        bench.platform(
            Configurations.platform(bench.configuration(sections))
                .session(bench.spark())
                .clock(clock));
  }

  /** The platform. */
  Platform platform() {
    return platform;
  }

  /** One of its storages. */
  Storage storage(String name) {
    return platform.storages().require(name);
  }

  /**
   * Runs a pipeline, whatever becomes of it.
   *
   * @throws ConfigurationException if it is refused before
   */
  RunReport run(RunListener listener, Step... steps) {
    Plan plan = platform.plan(Pipeline.of("conformance", steps));
    return platform.run(plan, platform.newRunId(plan), listener);
  }

  /** Runs a pipeline, which must succeed. */
  RunReport succeed(Step... steps) {
    return succeeded(run(new RunListener() {}, steps));
  }

  /** The report, which must be that of a success. */
  static RunReport succeeded(RunReport report) {
    assertThat(report.succeeded()).as(report.json()).isTrue();
    return report;
  }

  /** What is said of the step of this name. */
  static NodeReport node(RunReport report, String name) {
    return report.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** What is said of the only step that has failed. */
  static NodeReport failed(RunReport report) {
    List<NodeReport> failed =
        report.nodes().stream().filter(node -> node.status() == Status.FAILED).toList();
    assertThat(failed).as(report.json()).hasSize(1);
    return failed.get(0);
  }

  /** The rows of one of its storages, as a run reads them. */
  List<String> texts(String name) {
    return bench.texts(storage(name));
  }

  /** Asserts that one of its storages has exactly these rows. */
  void assertHolds(String name, Dataset<Row> expected) {
    assertThat(texts(name)).isEqualTo(Rows.texts(expected));
  }
}
