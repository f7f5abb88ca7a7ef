package io.standpipe.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The benchmarks by name. Each prints one JSON line per figure to stdout; what the jobs print goes
 * to stderr.
 */
public final class Benchmarks {
  private static final int PAIRS = Integer.getInteger("pairs", 5);
  private static final int KILLS = Integer.getInteger("kills", 6);
  private static final int COPIES = 100;

  private final Jobs jobs;

  private Benchmarks(Jobs jobs) {
    this.jobs = jobs;
  }

  /**
   * Runs the named benchmarks.
   *
   * @param names flights, flights-memory, startup or kill
   */
  public static void main(String[] names) throws IOException, InterruptedException {
    if (names.length == 0) {
      System.err.println("Name a benchmark: flights, flights-memory, startup, kill");
      System.exit(2);
    }
    Benchmarks benchmarks =
        new Benchmarks(Jobs.in(Path.of(System.getProperty("standpipe.root")).toRealPath()));
    for (String name : names) {
      switch (name) {
        case "flights" -> benchmarks.flights();
        case "flights-memory" -> benchmarks.flightsMemory();
        case "startup" -> benchmarks.startup();
        case "kill" -> benchmarks.kill();
        default -> throw new IllegalArgumentException("no benchmark '" + name + "'");
      }
    }
  }

  private static void print(String json, Object... arguments) {
    System.out.printf(Locale.ROOT, json + "%n", arguments);
  }

  /**
   * The flights job on 2 M rows, whole processes as a user starts them: ours by its launcher, which
   * has its start-up archive, plain Spark from the class path.
   */
  private void flights() throws IOException, InterruptedException {
    Path folder = jobs.flights(COPIES);
    jobs.plain("PlainFlights", folder); // class path and data are in the page cache now
    jobs.standpipe(Map.of(), "check", folder.resolve("pipeline.yaml").toString());
    List<Double> ratios = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      Jobs.clear(folder.resolve("out"));
      double ours = jobs.standpipe(Map.of(), "run", folder.resolve("pipeline.yaml").toString());
      Jobs.clear(folder.resolve("out"));
      double theirs = jobs.plain("PlainFlights", folder);
      System.err.printf(
          Locale.ROOT, "pair %d: standpipe %.2f s, plain Spark %.2f s%n", pair + 1, ours, theirs);
      ratios.add(theirs / ours);
    }
    speedup("flights", "plain-spark", ratios);
  }

  private void flightsMemory() throws IOException, InterruptedException {
    Path folder = jobs.flights(COPIES);
    Jobs.clear(folder.resolve("out"));
    double seconds =
        jobs.standpipe(
            Map.of("STANDPIPE_JAVA_OPTS", "-Xmx1g"),
            "run",
            folder.resolve("pipeline.yaml").toString());
    print(
        "{\"benchmark\":\"flights-memory\",\"heap\":\"1g\",\"rows\":%d,\"status\":\"succeeded\",\"seconds\":%.1f}",
        COPIES * 20_000, seconds);
  }

  /**
   * A pipeline of ten rows, and the check of the flights pipeline: whole processes as a user starts
   * them.
   */
  private void startup() throws IOException, InterruptedException {
    Path folder = jobs.tenRows();
    jobs.standpipe(Map.of(), "run", folder.resolve("pipeline.yaml").toString());
    jobs.plain("PlainTenRows", folder);
    List<Double> ratios = new ArrayList<>();
    List<Double> checks = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      double ours = jobs.standpipe(Map.of(), "run", folder.resolve("pipeline.yaml").toString());
      double theirs = jobs.plain("PlainTenRows", folder);
      System.err.printf(
          Locale.ROOT, "pair %d: standpipe %.2f s, plain Spark %.2f s%n", pair + 1, ours, theirs);
      ratios.add(theirs / ours);
      checks.add(
          jobs.standpipe(
              Map.of(), "check", jobs.root().resolve("examples/flights/pipeline.yaml").toString()));
    }
    speedup("startup", "plain-spark", ratios);
    print(
        "{\"benchmark\":\"startup\",\"command\":\"check\",\"seconds\":%.2f,\"runs\":%d}",
        median(checks), checks.size());
  }

  /**
   * Kills the flights job with SIGKILL at random moments, runs it again and compares the tables.
   */
  private void kill() throws IOException, InterruptedException {
    Path folder = jobs.flights(5);
    String pipeline = folder.resolve("pipeline.yaml").toString();
    Jobs.clear(folder.resolve("out"));
    double undisturbed = jobs.standpipe(Map.of(), "run", pipeline);
    String expected = jobs.tables(folder);
    Random random = new Random(Long.getLong("seed", 20010101L));
    int wrong = 0;
    int killed = 0;
    for (int round = 0; round < KILLS; round++) {
      Jobs.clear(folder.resolve("out"));
      // Half of the kills hit the first write of a table, half an update of what is there.
      if (round % 2 == 1) {
        jobs.standpipe(Map.of(), "run", pipeline);
      }
      // The first seconds only start Spark: the interesting ones are the later ones.
      long delay = (long) (undisturbed * 1000 * (0.35 + 0.6 * random.nextDouble()));
      Process process = jobs.start(Map.of(), "run", pipeline);
      if (!process.waitFor(delay, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        killed++;
      }
      jobs.standpipe(Map.of(), "run", pipeline);
      boolean same = jobs.tables(folder).equals(expected);
      System.err.printf(
          Locale.ROOT,
          "round %d: killed after %d ms, tables %s%n",
          round + 1,
          delay,
          same ? "right" : "WRONG");
      wrong += same ? 0 : 1;
    }
    print(
        "{\"benchmark\":\"kill\",\"rounds\":%d,\"killed\":%d,\"wrong\":%d}", KILLS, killed, wrong);
  }

  private static void speedup(String benchmark, String against, List<Double> ratios) {
    print(
        "{\"benchmark\":\"%s\",\"against\":\"%s\",\"speedup\":%.2f,\"pairs\":%d}",
        benchmark, against, median(ratios), ratios.size());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  static void deleteTree(Path path) throws IOException {
    if (Files.exists(path)) {
      try (var tree = Files.walk(path)) {
        for (Path file : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
