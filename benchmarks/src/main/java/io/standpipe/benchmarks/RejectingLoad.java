package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.pipeline.DeadLetters;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.Step;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A load of Parquet files into a PostgreSQL table that refuses negative amounts; one row of each
 * thousand has one, somewhere in the thousand.
 *
 * @param folder where the files are
 * @param rows how many rows there are, the bad ones included
 */
record RejectingLoad(Platform platform, Path folder, long rows) implements AutoCloseable {
  /** Of so many rows one is bad. */
  private static final long BAD_OF = 1_000;

  static final String TABLE_DDL =
      "CREATE TABLE target (" + SampleRows.DDL + ", CHECK (amount >= 0))";

  /** What is loaded, and how. */
  enum Kind {
    BAD_ROWS("bad"),
    NO_BAD_ROWS("good"),
    NO_DEAD_LETTERS("good");

    private final String source;

    Kind(String source) {
      this.source = source;
    }

    /** How many of these rows are refused. */
    long rejected(long rows) {
      return this == BAD_ROWS ? rows / BAD_OF : 0;
    }

    private Pipeline pipeline() {
      Step.Write write = Step.write("target", source, WriteMode.APPEND);
      return Pipeline.of(
          "load",
          Step.read(source),
          this == NO_DEAD_LETTERS ? write : write.rejecting(DeadLetters.to("letters")));
    }
  }

  /** With the PostgreSQL at this port. */
  static RejectingLoad open(Path root, Path folder, int port, long rows) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("standpipe.yaml"),
            """
            spark:
              master: local[2]
              conf: {spark.ui.enabled: false, spark.sql.shuffle.partitions: 2}
            storages:
              good: {connector: file, format: parquet, path: rows-%1$d/good}
              bad: {connector: file, format: parquet, path: rows-%1$d/bad}
              letters: {connector: file, format: parquet, path: letters}
              target: {connector: jdbc, url: "jdbc:postgresql://127.0.0.1:%2$d/postgres", user: postgres, table: public.target}
            """
                .formatted(rows, port));
    return new RejectingLoad(Benchmarks.platform(root, file), folder, rows);
  }

  /** Makes the files, unless they are there. */
  void makeRows() {
    platform.withSpark(
        spark -> {
          makeRows(spark, Kind.NO_BAD_ROWS, "abs(amount)");
          String isBad = "id %% %1$d = pmod(xxhash64(id div %1$d, 6), %1$d)".formatted(BAD_OF);
          makeRows(spark, Kind.BAD_ROWS, "IF(" + isBad + ", -1D, abs(amount))");
          return null;
        });
  }

  private void makeRows(SparkSession spark, Kind kind, String amount) {
    Path files = folder.resolve("rows-" + rows).resolve(kind.source);
    if (!Files.exists(files.resolve("_SUCCESS"))) {
      SampleRows.generated(spark, 0, rows)
          .withColumn("amount", functions.expr(amount))
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(files.toString());
    }
  }

  /** Removes the letters of earlier loads. */
  void clearLetters() throws IOException {
    Benchmarks.deleteTree(folder.resolve("letters"));
  }

  void run(Kind kind) {
    Plan plan = platform.plan(kind.pipeline());
    RunReport report = platform.run(plan, platform.newRunId(plan), new RunListener() {});
    long rejected = report.nodes().stream().mapToLong(node -> node.rowsRejected().orElse(0)).sum();
    if (!report.succeeded() || rejected != kind.rejected(rows)) {
      throw new IllegalStateException(
          "expected " + kind.rejected(rows) + " rejected rows: " + report.json());
    }
  }

  /** Throws unless each bad row is a letter, once, and each other row in the table. */
  void requireEachOnce(PostgresServer server, Kind kind) throws Exception {
    server.require(rows - kind.rejected(rows), "SELECT count(DISTINCT id) FROM target");
    server.require(rows - kind.rejected(rows), "SELECT count(*) FROM target");
    if (kind.rejected(rows) > 0) {
      Dataset<Row> letters =
          platform.withSpark(spark -> platform.storages().require("letters").read(spark));
      StorageBench.requireRows(kind.rejected(rows), letters);
      StorageBench.requireRows(kind.rejected(rows), letters.select("row").distinct());
    }
  }

  @Override
  public void close() {
    platform.close();
  }
}
