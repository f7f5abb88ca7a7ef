package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The flights job on 2 M rows, whole processes as a user starts them: ours by its launcher, which
 * has its start-up archive, plain Spark from the class path.
 */
record Flights(Jobs jobs) implements Benchmark {
  static final int COPIES = 100;

  @Override
  public String name() {
    return "flights";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = jobs.flights(COPIES);
    Job theirs =
        () -> {
          clearOutput(folder);
          return jobs.plain("PlainFlights", folder);
        };
    new Comparison(name(), "plain-spark", job(jobs, folder), theirs).run(figures);
  }

  /** The job through Standpipe, with these options. */
  static Job job(Jobs jobs, Path folder, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("run");
    arguments.add(folder.resolve("pipeline.yaml").toString());
    arguments.addAll(List.of(options));
    return () -> {
      clearOutput(folder);
      return jobs.standpipe(Map.of(), arguments.toArray(String[]::new));
    };
  }

  static void clearOutput(Path folder) throws IOException {
    Benchmarks.deleteTree(folder.resolve("out"));
  }
}
