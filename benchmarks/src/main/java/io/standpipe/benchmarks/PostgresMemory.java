package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes and reads back ten times the rows of the other benchmarks, and as many as they, each in a
 * JVM of its own whose heap is small, and tells how much of it lived after a collection at most.
 */
record PostgresMemory(Jobs jobs) implements Benchmark {
  /** The least that Spark starts with is 450 MB. */
  private static final String HEAP = System.getProperty("heap", "512m");

  @Override
  public String name() {
    return "postgres-memory";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = Files.createDirectories(jobs.work().resolve("postgres-memory"));
    try (PostgresServer server = PostgresServer.start(folder)) {
      for (long rows : new long[] {PostgresBench.ROWS, 10 * PostgresBench.ROWS}) {
        server.execute(
            "DROP TABLE IF EXISTS target", "CREATE TABLE target (" + SampleRows.DDL + ")");
        for (Direction direction : Direction.values()) {
          measure(server, folder, rows, direction, figures);
        }
      }
    }
  }

  private void measure(
      PostgresServer server, Path folder, long rows, Direction direction, Figures figures)
      throws Exception {
    Path result = folder.resolve("peak");
    double seconds =
        jobs.forked(
            Probe.class,
            HEAP,
            jobs.root().toString(),
            folder.toString(),
            String.valueOf(server.port()),
            String.valueOf(rows),
            direction.name(),
            result.toString());
    server.require(rows, "SELECT count(*) FROM target");
    figures.print(
        name(),
        new Figure("direction", direction.name().toLowerCase(java.util.Locale.ROOT)),
        new Figure("rows", rows),
        new Figure("heap", HEAP),
        new Figure("status", "succeeded"),
        new Figure("livePeakMb", Long.parseLong(Files.readString(result))),
        new Figure("seconds", seconds));
  }

  /** Which way the rows go. */
  enum Direction {
    WRITE,
    READ
  }

  /** What runs with the small heap. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[1]);
      long count = Long.parseLong(arguments[3]);
      LiveHeap heap = LiveHeap.watch();
      try (StorageBench storage =
          PostgresBench.storage(Path.of(arguments[0]), folder, Integer.parseInt(arguments[2]))) {
        storage.inSpark(
            spark -> {
              if (Direction.valueOf(arguments[4]) == Direction.WRITE) {
                // Not from Parquet, whose reader keeps a whole row group.
                Dataset<Row> rows = SampleRows.generated(spark, 0, count);
                storage.write(spark, rows, WriteRequest.of(WriteMode.APPEND));
              } else {
                StorageBench.consume(storage.read(spark));
              }
            });
      }
      Files.writeString(Path.of(arguments[5]), String.valueOf(heap.peakMegabytes()));
    }
  }
}
