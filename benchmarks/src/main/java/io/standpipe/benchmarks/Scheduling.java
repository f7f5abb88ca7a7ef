package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.benchmarks.Figures.Figure;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.Stage;
import io.standpipe.pipeline.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the scheduler costs: steps that wait, and steps that do nothing. */
record Scheduling(Jobs jobs) implements Benchmark {
  private static final int WAITING = 8;
  private static final int TRIVIAL = 1_000;
  private static final int MANY = 10_000;
  private static final int RUNS = Integer.getInteger("pairs", 5);

  /** Waits as long as I/O of a second would take. */
  public static final class Waiting implements Factory<String> {
    @Override
    public void process(FactoryContext context) throws InterruptedException {
      Thread.sleep(1_000);
    }

    @Override
    public String get() {
      return "";
    }
  }

  /** Does nothing. */
  public static final class Trivial implements Factory<String> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public String get() {
      return "";
    }
  }

  @Override
  public String name() {
    return "scheduler";
  }

  @Override
  public void run(Figures figures) throws Exception {
    ConfigurationSource source =
        new ConfigurationSource(
            Optional.empty(),
            Optional.empty(),
            List.of("spark.master=local[2]", "spark.conf={spark.ui.enabled: false}"),
            Map.of());
    try (Platform platform = Platform.builder().configuration(source).open()) {
      Pipeline waiting = Pipeline.of("waiting", steps(Waiting.class, WAITING));
      seconds(platform, waiting);
      figures.print(
          name(),
          new Figure("operation", "8 steps of 1 s of I/O"),
          new Figure("seconds", median(platform, waiting)),
          new Figure("runs", RUNS));

      Pipeline trivial = Pipeline.of("trivial", steps(Trivial.class, TRIVIAL));
      seconds(platform, trivial);
      figures.print(
          name(),
          new Figure("operation", "1000 steps that do nothing"),
          new Figure("microsecondsPerStep", median(platform, trivial) * 1e6 / TRIVIAL),
          new Figure("runs", RUNS));

      Stage[] chain =
          IntStream.range(0, MANY)
              .mapToObj(i -> Stage.of("stage" + i, Step.make("step" + i, Trivial.class)))
              .toArray(Stage[]::new);
      long begin = System.nanoTime();
      Plan plan = platform.plan(Pipeline.of("chain", chain));
      double planned = (System.nanoTime() - begin) / 1e9;
      figures.print(
          name(),
          new Figure("operation", "10000 steps, each after the one before"),
          new Figure("planSeconds", planned),
          new Figure("seconds", seconds(platform, plan)));
    }
  }

  private static Step[] steps(Class<? extends Factory<?>> factory, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Step.make("step" + i, factory))
        .toArray(Step[]::new);
  }

  private static double median(Platform platform, Pipeline pipeline) {
    return Figures.median(
        IntStream.range(0, RUNS).mapToObj(i -> seconds(platform, pipeline)).toList());
  }

  private static double seconds(Platform platform, Pipeline pipeline) {
    return seconds(platform, platform.plan(pipeline));
  }

  private static double seconds(Platform platform, Plan plan) {
    RunReport report = platform.run(plan, platform.newRunId(plan), new RunListener() {});
    if (!report.succeeded()) {
      throw new IllegalStateException("failed: " + report.json());
    }
    return report.elapsed().toNanos() / 1e9;
  }
}
