package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A pipeline of ten rows, and the check of the flights pipeline: whole processes as a user starts
 * them.
 */
record Startup(Jobs jobs) implements Benchmark {

  @Override
  public String name() {
    return "startup";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = jobs.tenRows();
    String pipeline = folder.resolve("pipeline.yaml").toString();
    List<Double> checks = new ArrayList<>();
    new Comparison(
            name(),
            "plain-spark",
            () -> {
              checks.add(check());
              return jobs.standpipe(Map.of(), "run", pipeline);
            },
            () -> jobs.plain("PlainTenRows", folder))
        .run(figures);
    figures.print(
        name(),
        new Figure("command", "check"),
        new Figure("seconds", Figures.median(checks)),
        new Figure("runs", checks.size()));
  }

  private double check() throws Exception {
    return jobs.standpipe(
        Map.of(), "check", jobs.root().resolve("examples/flights/pipeline.yaml").toString());
  }
}
