package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Job;
import java.nio.file.Path;
import java.util.Map;

/** The flights job on 2 M rows with repeats and circuit breakers as they come, and without. */
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
    Path folder = jobs.flights(Flights.COPIES);
    String pipeline = folder.resolve("pipeline.yaml").toString();
    Job with =
        () -> {
          Flights.clearOutput(folder);
          return jobs.standpipe(Map.of(), "run", pipeline);
        };
    Job without =
        () -> {
          Flights.clearOutput(folder);
          return jobs.standpipe(
              Map.of(), "run", pipeline, WITHOUT[0], WITHOUT[1], WITHOUT[2], WITHOUT[3]);
        };
    new Comparison(name(), "no-resilience", with, without).run(figures);
  }
}
