package io.standpipe.pipeline;

import static io.standpipe.pipeline.ScriptedStorages.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Repeat;
import io.standpipe.pipeline.RunReport.Result;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.spi.Location;
import io.standpipe.spi.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Whatever happens in a step, there is a report, and it says what. */
class RunErrorsTest extends ScriptedTest {
  @Override
  String sections() {
    return QUICK_RETRIES
        + """
            storages:
              in: {connector: memory}
              a: {connector: memory}
              arriving: {connector: file, format: csv, path: arriving, header: false, schema: "id BIGINT"}
            """;
  }

  /** Throws what it was made with. */
  public static class Throwing implements Factory<String> {
    private final Throwable error;

    Throwing(Throwable error) {
      this.error = error;
    }

    @Override
    public void process(FactoryContext context) throws Exception {
      if (error instanceof Error fatal) {
        throw fatal;
      }
      throw (Exception) error;
    }

    @Override
    public String get() {
      return "";
    }
  }

  private RunReport throwing(Throwable error) {
    return storages.run(
        Pipeline.of(
            "p",
            Step.make("broken", Throwing.class, () -> new Throwing(error))
                .with(StepSettings.NONE.onFailure(OnFailure.CONTINUE)),
            Step.read("in"),
            append("a", "in")),
        spark);
  }

  @Test
  void error_ofOneStep_endsThatStepOnly() {
    RunReport report = throwing(new AssertionError("assertion failed"));
    assertThat(report.result()).isEqualTo(Result.PARTIAL);
    assertThat(node(report, "write_a").status()).isEqualTo(Status.SUCCEEDED);
    NodeReport broken = node(report, "broken");
    assertThat(broken.status()).isEqualTo(Status.FAILED);
    assertThat(broken.failure().orElseThrow().message())
        .startsWith(
            "its factory RunErrorsTest.Throwing threw AssertionError: assertion failed. Its stack"
                + " trace says where.");
  }

  @Test
  void error_withoutAMessage_isNamed() {
    assertThat(node(throwing(new IllegalStateException()), "broken").failure().orElseThrow())
        .extracting(Failure::message)
        .asString()
        .startsWith("its factory RunErrorsTest.Throwing threw IllegalStateException. Its stack");
  }

  @Test
  void listener_thatThrows_endsTheRunWithAReport() {
    RunListener listener =
        new RunListener() {
          @Override
          public void started(Plan.Node node) {
            if (node.step() instanceof Step.Write) {
              throw new IllegalStateException("no such window");
            }
          }
        };
    Pipeline pipeline =
        Pipeline.of(
            "p", Step.read("in"), append("a", "in").as("first"), append("a", "in").as("second"));

    RunReport report = storages.prepare(pipeline, spark, listener).execute();

    assertThat(report.result()).isEqualTo(Result.FAILED);
    assertThat(report.ended())
        .contains("the run's listener failed: java.lang.IllegalStateException: no such window");
    assertThat(node(report, "second").status()).isEqualTo(Status.SKIPPED);
    assertThat(report.json()).contains("no such window");
  }

  @Test
  void failures_thatWereOvercome_areInTheReport_asTheListenerWasTold() {
    storages.next("a", failing(Verdict.TRANSIENT), failing(Verdict.THROTTLED));
    List<Repeat> told = Collections.synchronizedList(new ArrayList<>());
    RunListener listener =
        new RunListener() {
          @Override
          public void repeating(Plan.Node node, Repeat repeat) {
            told.add(repeat);
          }
        };
    Pipeline pipeline = Pipeline.of("p", Step.read("in"), append("a", "in"));

    RunReport report = storages.prepare(pipeline, spark, listener).execute();

    NodeReport write = node(report, "write_a");
    assertThat(write.attempts()).isEqualTo(3);
    assertThat(write.repeats()).isEqualTo(told).extracting(Repeat::attempt).containsExactly(1, 2);
    assertThat(write.repeats())
        .extracting(it -> it.failure().verdict() + " " + it.failure().storage().orElseThrow())
        .containsExactly("transient a", "throttled a");
    assertThat(report.json()).contains(told.get(1).failure().message());
  }

  /** Notes what its thread knows. */
  public static class Looking implements Factory<String> {
    @Override
    public void process(FactoryContext context) {
      SparkSession active = SparkSession.active();
      SEEN.add(
          String.join(
              " ",
              MDC.get("tenant"),
              MDC.get("run"),
              MDC.get("node"),
              active.sparkContext().getLocalProperty("spark.scheduler.pool"),
              active.sparkContext().getLocalProperty("spark.jobGroup.id"),
              active.sparkContext().getLocalProperty("spark.job.description"),
              String.valueOf(Thread.currentThread().getContextClassLoader() == LOADER)));
    }

    @Override
    public String get() {
      return "";
    }
  }

  private static final ClassLoader LOADER =
      new ClassLoader(RunErrorsTest.class.getClassLoader()) {};

  @Test
  void steps_knowTheirRun_inWhateverThread() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(LOADER);
    MDC.put("tenant", "t");
    Pipeline pipeline =
        Pipeline.of("p", Step.make("one", Looking.class), Step.make("two", Looking.class))
            .with(new RunSettings(OnFailure.FAIL, 1, Optional.empty()));
    PipelineRun run = storages.prepare(pipeline, spark, new RunListener() {});
    String id;
    try {
      id = run.execute().run();
    } finally {
      MDC.clear();
      thread.setContextClassLoader(before);
    }
    assertThat(SEEN)
        .containsExactly(
            "t %1$s one one %1$s/one p: one true".formatted(id),
            "t %1$s two two %1$s/two p: two true".formatted(id));
  }

  @Test
  void batchesOfStreams_knowTheirRun() throws IOException {
    Files.createDirectories(folder.resolve("arriving"));
    Files.writeString(folder.resolve("arriving/1.csv"), "1\n");
    storages.next(
        "a", () -> SEEN.add(MDC.get("tenant") + " " + MDC.get("run") + " " + MDC.get("node")));
    StreamSettings once =
        StreamSettings.checkpointAt(new Location(folder.resolve("state").toString()));
    MDC.put("tenant", "t");
    PipelineRun run;
    try {
      run =
          storages.prepare(
              Pipeline.of("p", Step.stream("arriving"), append("a", "arriving").streaming(once)),
              spark,
              new RunListener() {});
    } finally {
      MDC.clear();
    }

    RunReport report = run.execute();

    assertThat(report.succeeded()).isTrue();
    assertThat(SEEN).containsExactly("t " + report.run() + " write_a");
  }
}
