package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What repeats and circuit breakers cost: around a call that does nothing, and in the flights job
 * on 2 M rows.
 */
record ResilienceCost(Jobs jobs) implements Benchmark {
  private static final String[] WITHOUT = {
    "--set", "resilience.retry.attempts=1", "--set", "resilience.breaker.enabled=false"
  };

  @Override
  public String name() {
    return "resilience";
  }

  @Override
  public void run(Figures figures) throws Exception {
    noOpCall(figures);
    Path folder = jobs.flights(Flights.COPIES);
    new Comparison(
            name(),
            "flights",
            "no-resilience",
            Flights.job(jobs, folder),
            Flights.job(jobs, folder, WITHOUT))
        .run(figures);
  }

  private void noOpCall(Figures figures) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(NoOpCall.class.getName())
            // stdout is for figures only.
            .output(jobs.work().resolve("jmh.log").toString())
            .build();
    Collection<RunResult> results = new Runner(options).run();
    Map<String, Double> nanoseconds =
        results.stream()
            .collect(
                Collectors.toMap(
                    result -> result.getPrimaryResult().getLabel(),
                    result -> result.getPrimaryResult().getScore()));
    figures.print(
        name(),
        new Figure("operation", "no-op call"),
        new Figure("nanoseconds", nanoseconds.get("resilient")),
        new Figure("nanosecondsBare", nanoseconds.get("bare")));
  }
}
