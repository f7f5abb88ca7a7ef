package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import java.nio.file.Path;
import java.util.Map;

/** The flights job on 2 M rows with a heap of 1 GB. */
record FlightsMemory(Jobs jobs) implements Benchmark {

  @Override
  public String name() {
    return "flights-memory";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = jobs.flights(Flights.COPIES);
    Flights.clearOutput(folder);
    double seconds =
        jobs.standpipe(
            Map.of("STANDPIPE_JAVA_OPTS", "-Xmx1g"),
            "run",
            folder.resolve("pipeline.yaml").toString());
    figures.print(
        name(),
        new Figure("heap", "1g"),
        new Figure("rows", Flights.COPIES * 20_000),
        new Figure("status", "succeeded"),
        new Figure("seconds", seconds));
  }
}
