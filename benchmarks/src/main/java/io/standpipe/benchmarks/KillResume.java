package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.benchmarks.Figures.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Kills a pipeline of five steps, three of them appends, with SIGKILL at random moments, resumes
 * the run until it ends, and compares the tables with those of an undisturbed run. Resumed runs are
 * killed, too.
 */
record KillResume(Jobs jobs) implements Benchmark {
  private static final int KILLS = Integer.getInteger("kills", 50);
  private static final int COPIES = 2;

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
      // The first run makes what later ones find.
      victim.finish(victim.start("run", victim.file()));
      victim.clear();
      long begin = System.nanoTime();
      victim.finish(victim.start("run", victim.file()));
      double undisturbed = (System.nanoTime() - begin) / 1e9;
      String expected = victim.tables();
      Rounds rounds = new Rounds(victim, undisturbed, expected, figures);
      while (rounds.kills < KILLS) {
        rounds.round();
      }
      rounds.report();
    }
  }

  private Path pipeline() throws IOException {
    Path folder = Files.createDirectories(jobs.work().resolve("kill-resume"));
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
        .formatted(jobs.flights(COPIES).resolve("data"), port);
  }

  /** Runs of the job, each killed once or more and resumed until it ends. */
  private static final class Rounds {
    private final Random random = new Random(Long.getLong("seed", 20010101L));
    private final Victim victim;
    private final double undisturbed;
    private final String expected;
    private final Figures figures;
    private int rounds;
    private int kills;
    private int whileWriting;
    private int wrong;

    Rounds(Victim victim, double undisturbed, String expected, Figures figures) {
      this.victim = victim;
      this.undisturbed = undisturbed;
      this.expected = expected;
      this.figures = figures;
    }

    void round() throws Exception {
      victim.clear();
      boolean killed = kill(victim.start("run", victim.file()));
      while (killed && kills < KILLS && random.nextBoolean()) {
        killed = kill(victim.resume());
      }
      if (killed) {
        victim.finish(victim.resume());
      }
      rounds++;
      boolean same = victim.tables().equals(expected);
      figures.note("round %d, %d kills: tables %s", rounds, kills, same ? "right" : "WRONG");
      wrong += same ? 0 : 1;
    }

    /** Returns whether the process was still there to be killed. */
    private boolean kill(Process process) throws Exception {
      long delay = (long) (undisturbed * 1000 * (0.15 + 0.8 * random.nextDouble()));
      if (process.waitFor(delay, TimeUnit.MILLISECONDS)) {
        victim.finish(process);
        return false;
      }
      process.destroyForcibly().waitFor();
      kills++;
      boolean writing = victim.wasWriting();
      whileWriting += writing ? 1 : 0;
      figures.note("kill %d after %d ms%s", kills, delay, writing ? ", in a write" : "");
      return true;
    }

    void report() {
      figures.print(
          "kill-resume",
          new Figure("kills", kills),
          new Figure("rounds", rounds),
          new Figure("whileWriting", whileWriting),
          new Figure("wrong", wrong));
      if (wrong > 0 || whileWriting == 0) {
        throw new IllegalStateException(
            wrong + " wrong tables, " + whileWriting + " kills while a step was writing");
      }
    }
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
          ? start(
              "run", "--resume", journal().get(0).replaceFirst(".*\"run\":\"([^\"]+)\".*", "$1"))
          : start("run", file());
    }

    private List<String> journal() throws IOException {
      Path file = folder.resolve("run/steps.jsonl");
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** Whether a step had begun to write and not ended. */
    boolean wasWriting() throws IOException {
      List<String> lines = journal();
      return !lines.isEmpty() && lines.get(lines.size() - 1).contains("\"began\"");
    }

    void finish(Process process) throws InterruptedException {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "a resumed run failed, see " + jobs.work().resolve("jobs.log"));
      }
    }

    /** What the tables hold; of the large ones their number of rows and a sum of their hashes. */
    String tables() throws Exception {
      // A new platform each time, because Delta remembers what it has seen of a table.
      try (Platform platform = Benchmarks.platform(jobs.root(), folder.resolve("standpipe.yaml"))) {
        return platform.withSpark(
                spark ->
                    hashes(platform.storages().require("delta").read(spark))
                        + hashes(platform.storages().require("files").read(spark)))
            + server.text(
                "SELECT count(*) || ' ' || sum(delay) || ' ' || sum(hashtext(date || origin || destination)) FROM public.flights");
      }
    }

    private static String hashes(Dataset<Row> rows) {
      return rows.selectExpr("count(*)", "sum(CAST(xxhash64(*) AS DECIMAL(38)))").head() + " ";
    }
  }
}
