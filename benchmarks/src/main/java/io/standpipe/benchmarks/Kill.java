package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Kills the flights job with SIGKILL at random moments, runs it again and compares the tables. */
record Kill(Jobs jobs) implements Benchmark {
  private static final int KILLS = Integer.getInteger("kills", 6);

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = jobs.flights(5);
    String pipeline = folder.resolve("pipeline.yaml").toString();
    Flights.clearOutput(folder);
    double undisturbed = jobs.standpipe(Map.of(), "run", pipeline);
    String expected = jobs.tables(folder);
    Random random = new Random(Long.getLong("seed", 20010101L));
    int wrong = 0;
    int killed = 0;
    for (int round = 0; round < KILLS; round++) {
      Flights.clearOutput(folder);
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
      figures.note(
          "round %d: killed after %d ms, tables %s", round + 1, delay, same ? "right" : "WRONG");
      wrong += same ? 0 : 1;
    }
    figures.print(
        name(),
        new Figure("rounds", KILLS),
        new Figure("killed", killed),
        new Figure("wrong", wrong));
  }
}
