package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Kills a pipeline of five steps, three of them appends, with SIGKILL at random moments, resumes
 * the run until it ends, and compares the tables with those of an undisturbed run. Every other
 * resumed run is killed, too.
 */
record KillResume(Jobs jobs) implements Benchmark {
  private static final int KILLS = Integer.getInteger("kills", 50);
  private static final int COPIES = 5;

  @Override
  public String name() {
    return "kill-resume";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = pipeline();
    try (PostgresServer server = PostgresServer.start(folder)) {
      Files.writeString(folder.resolve("standpipe.yaml"), configuration(server.port()));
      Victim victim = new Victim(folder, server);
      victim.clear();
      long begin = System.nanoTime();
      victim.finish(victim.start("run", victim.file()));
      double undisturbed = (System.nanoTime() - begin) / 1e9;
      String expected = victim.tables();
      Random random = new Random(Long.getLong("seed", 20010101L));
      int wrong = 0;
      int killed = 0;
      int kills = 0;
      while (killed < KILLS) {
        victim.clear();
        Process process = victim.start("run", victim.file());
        boolean again = true;
        while (again) {
          long delay = (long) (undisturbed * 1000 * (0.15 + 0.8 * random.nextDouble()));
          boolean hit = !process.waitFor(delay, TimeUnit.MILLISECONDS);
          if (hit) {
            process.destroyForcibly().waitFor();
            kills++;
          }
          again = hit && kills % 2 == 0;
          if (again) {
            process = victim.resume();
          }
        }
        killed++;
        victim.untilItEnds();
        boolean same = victim.tables().equals(expected);
        figures.note("round %d, %d kills: tables %s", killed, kills, same ? "right" : "WRONG");
        wrong += same ? 0 : 1;
      }
      figures.print(
          name(),
          new Figure("rounds", KILLS),
          new Figure("kills", kills),
          new Figure("wrong", wrong));
    }
  }

  private Path pipeline() throws IOException {
    Path data = jobs.flights(COPIES).resolve("data");
    Path folder = Files.createDirectories(jobs.work().resolve("kill-resume"));
    Files.writeString(folder.resolve("data"), data.toString());
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - {read: flights}
          - as: by_origin
            sql: SELECT origin, count(*) AS n, sum(delay) AS delay FROM flights GROUP BY origin
          - {write: files, from: flights, mode: append}
          - {write: delta, from: by_origin, mode: append}
          - {write: postgres, from: flights, mode: append}
        """);
    return folder;
  }

  private String configuration(int port) throws IOException {
    String data = Files.readString(jobs.work().resolve("kill-resume/data"));
    return """
        spark: {master: "local[2]", conf: {spark.ui.enabled: false, spark.sql.shuffle.partitions: 2}}
        storages:
          flights:
            {connector: file, format: json, path: %s/flights, schema: "date STRING, delay INT, distance INT, origin STRING, destination STRING"}
          files: {connector: file, format: parquet, path: out/files}
          delta: {connector: delta, path: out/delta}
          postgres:
            {connector: jdbc, url: "jdbc:postgresql://127.0.0.1:%d/postgres", user: postgres, table: public.flights}
        """
        .formatted(data, port);
  }

  private static String sorted(String rows) {
    return rows.lines().sorted().collect(Collectors.joining("\n"));
  }

  /** The job that is killed. */
  private final class Victim {
    private final Path folder;
    private final PostgresServer server;

    Victim(Path folder, PostgresServer server) {
      this.folder = folder;
      this.server = server;
    }

    String file() {
      return folder.resolve("pipeline.yaml").toString();
    }

    void clear() throws Exception {
      Benchmarks.deleteTree(folder.resolve("out"));
      Benchmarks.deleteTree(folder.resolve("run"));
      server.execute(
          "DROP TABLE IF EXISTS public.flights",
          "CREATE TABLE public.flights (date text, delay int, distance int, origin text, destination text)");
    }

    Process start(String... arguments) throws IOException {
      String[] all = new String[arguments.length + 2];
      System.arraycopy(arguments, 0, all, 0, arguments.length);
      all[arguments.length] = "--report";
      all[arguments.length + 1] = folder.resolve("run").toString();
      return jobs.start(Map.of(), all);
    }

    /** A run that was killed before it had an id is begun again. */
    Process resume() throws IOException {
      Path journal = folder.resolve("run/steps.jsonl");
      boolean begun = Files.exists(journal) && Files.readString(journal).contains("\n");
      return begun && Files.exists(folder.resolve("run/run.json"))
          ? start("run", "--resume", "it")
          : start("run", file());
    }

    void untilItEnds() throws Exception {
      finish(resume());
    }

    void finish(Process process) throws InterruptedException {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "a resumed run failed, see " + jobs.work().resolve("jobs.log"));
      }
    }

    String tables() throws Exception {
      return sorted(jobs.show(folder, "delta", "origin"))
          + sorted(jobs.show(folder, "files", "date"))
          + server.text(
              "SELECT count(*) || ' ' || sum(delay) || ' ' || sum(hashtext(date || origin || destination)) FROM public.flights");
    }
  }
}
