package io.standpipe.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two ways to do one job, run in turn so that both see the same machine; each is the first of every
 * other pair, so that neither always pays for what the other left behind. Both run twice before
 * they are measured: with the first run classes are loaded, with the second most code is compiled.
 * On a virtual machine, a pair during which the host gave the processors to others is run again.
 *
 * @param benchmark the name that the figure gets
 * @param operation what of the benchmark is compared, or empty if that is all it does
 * @param against what it calls the other way
 */
record Comparison(String benchmark, String operation, String against, Job ours, Job theirs) {
  private static final String STANDPIPE = "standpipe";
  private static final int GIVEN_PAIRS = Integer.getInteger("pairs", 0);
  private static final int LEAST_PAIRS = 5;
  private static final int MOST_PAIRS = 25;

  /** Short jobs vary more, so that more of them are run: both sides together take so long. */
  private static final double SECONDS = 60;

  private static final int WARM_UPS = 2;

  /** Share of the processors' time that others may take of a pair that counts. */
  private static final double MOST_STOLEN = 0.05;

  /** How many pairs are tried in vain for each that counts. */
  private static final int PATIENCE = 3;

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
    for (int round = 0; round < WARM_UPS; round++) {
      pair(round);
    }
    List<Double> ratios = new ArrayList<>();
    int disturbed = 0;
    double measured = 0;
    for (int pair = 0; !isEnough(ratios.size(), measured); pair++) {
      StolenTime stolen = StolenTime.begin();
      Map<String, Double> seconds = pair(pair);
      boolean quiet = stolen.share() < MOST_STOLEN;
      figures.note("pair " + (pair + 1) + (quiet ? "" : ", disturbed"), seconds);
      // Where it is never quiet, a disturbed figure that says so is better than none.
      if (quiet || disturbed >= PATIENCE * LEAST_PAIRS) {
        ratios.add(seconds.get(against) / seconds.get(STANDPIPE));
        measured += seconds.get(against) + seconds.get(STANDPIPE);
      }
      disturbed += quiet ? 0 : 1;
    }
    figures.speedup(benchmark, operation, against, ratios, disturbed > PATIENCE * LEAST_PAIRS);
  }

  private static boolean isEnough(int pairs, double seconds) {
    return GIVEN_PAIRS > 0
        ? pairs >= GIVEN_PAIRS
        : pairs >= LEAST_PAIRS && (seconds >= SECONDS || pairs >= MOST_PAIRS);
  }

  /** Runs both, in this order or the other, and returns their seconds. */
  private Map<String, Double> pair(int number) throws Exception {
    Map<String, Double> seconds = new LinkedHashMap<>();
    if (number % 2 == 0) {
      seconds.put(STANDPIPE, ours.seconds());
      seconds.put(against, theirs.seconds());
    } else {
      seconds.put(against, theirs.seconds());
      seconds.put(STANDPIPE, ours.seconds());
    }
    return seconds;
  }
}
