package io.standpipe.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two ways to do one job, run in turn so that both see the same machine. Each runs once before it
 * is measured, which warms what they share.
 *
 * @param benchmark the name that the figure gets
 * @param operation what of the benchmark is compared, or empty if that is all it does
 * @param against what it calls the other way
 */
record Comparison(String benchmark, String operation, String against, Job ours, Job theirs) {
  private static final int PAIRS = Integer.getInteger("pairs", 5);

  /** How often each side runs. */
  static final int RUNS = 1 + PAIRS;

  /** Of a benchmark that does one thing. */
  Comparison(String benchmark, String against, Job ours, Job theirs) {
    this(benchmark, "", against, ours, theirs);
  }

  /** A job that can be repeated. */
  @FunctionalInterface
  interface Job {
    /** Runs it once and returns the seconds that it took. */
    double seconds() throws Exception;

    /** The same job, and a check after it, which is not timed. */
    default Job then(Action check) {
      return () -> {
        double seconds = seconds();
        check.run();
        return seconds;
      };
    }

    /** An action, timed. */
    static Job of(Action action) {
      return of(() -> {}, action);
    }

    /** An action, timed, and what prepares it each time, which is not. */
    static Job of(Action preparation, Action action) {
      return () -> {
        preparation.run();
        long begin = System.nanoTime();
        action.run();
        return (System.nanoTime() - begin) / 1e9;
      };
    }
  }

  /** Something that can fail. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Measures, and prints the figure. */
  void run(Figures figures) throws Exception {
    ours.seconds();
    theirs.seconds();
    List<Double> ratios = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      Map<String, Double> seconds = new LinkedHashMap<>();
      seconds.put("standpipe", ours.seconds());
      seconds.put(against, theirs.seconds());
      figures.note("pair " + (pair + 1), seconds);
      ratios.add(seconds.get(against) / seconds.get("standpipe"));
    }
    figures.speedup(benchmark, operation, against, ratios);
  }
}
