package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.benchmarks.Figures.Figure;
import io.standpipe.benchmarks.RejectingLoad.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Loads rows into PostgreSQL of which one in a thousand is refused and becomes a dead letter:
 * against the same load without bad rows, and without dead letters in the pipeline. Then tells how
 * much of a small heap lives at most.
 */
record DeadLetterCost(Jobs jobs) implements Benchmark {
  private static final long ROWS = Long.getLong("rows", 1_000_000);

  /** The least that Spark starts with is 450 MB. */
  private static final String HEAP = System.getProperty("heap", "512m");

  @Override
  public String name() {
    return "dead-letters";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = Files.createDirectories(jobs.work().resolve("dead-letters"));
    try (PostgresServer server = PostgresServer.start(folder)) {
      try (RejectingLoad load = RejectingLoad.open(jobs.root(), folder, server.port(), ROWS)) {
        load.makeRows();
        Job bad = job(load, server, Kind.BAD_ROWS);
        for (Kind kind : new Kind[] {Kind.NO_BAD_ROWS, Kind.NO_DEAD_LETTERS}) {
          new Comparison(name(), id(Kind.BAD_ROWS), id(kind), bad, job(load, server, kind))
              .run(figures);
        }
      }
      for (Kind kind : Kind.values()) {
        measure(server, folder, kind, figures);
      }
    }
  }

  private static Job job(RejectingLoad load, PostgresServer server, Kind kind) {
    return Job.of(
            () -> {
              load.clearLetters();
              newTable(server);
            },
            () -> load.run(kind))
        .then(() -> load.requireEachOnce(server, kind));
  }

  private static void newTable(PostgresServer server) throws Exception {
    server.execute("DROP TABLE IF EXISTS target", RejectingLoad.TABLE_DDL, "CHECKPOINT");
  }

  private void measure(PostgresServer server, Path folder, Kind kind, Figures figures)
      throws Exception {
    newTable(server);
    Path result = folder.resolve("peak");
    double seconds =
        jobs.forked(
            Probe.class,
            HEAP,
            jobs.root().toString(),
            folder.toString(),
            String.valueOf(server.port()),
            String.valueOf(ROWS),
            kind.name(),
            result.toString());
    server.require(ROWS - kind.rejected(ROWS), "SELECT count(*) FROM target");
    figures.print(
        name(),
        new Figure("operation", id(kind)),
        new Figure("rows", ROWS),
        new Figure("rejected", kind.rejected(ROWS)),
        new Figure("heap", HEAP),
        new Figure("livePeakMb", Long.parseLong(Files.readString(result))),
        new Figure("seconds", seconds));
  }

  private static String id(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What runs with the small heap. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws Exception {
      LiveHeap heap = LiveHeap.watch();
      try (RejectingLoad load =
          RejectingLoad.open(
              Path.of(arguments[0]),
              Path.of(arguments[1]),
              Integer.parseInt(arguments[2]),
              Long.parseLong(arguments[3]))) {
        load.clearLetters();
        load.run(Kind.valueOf(arguments[4]));
      }
      Files.writeString(Path.of(arguments[5]), String.valueOf(heap.peakMegabytes()));
    }
  }
}
