package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Action;
import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Appends rows to an empty Delta table, and merges rows of which half have keys that the table has:
 * against the same with Spark alone. Each has a table of its own.
 */
record Delta(Jobs jobs) implements Benchmark {
  private static final long ROWS = Long.getLong("rows", 1_000_000);

  @Override
  public String name() {
    return "delta";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = jobs.work().resolve("delta");
    Benchmarks.deleteTree(folder);
    try (StorageBench bench =
        StorageBench.open(jobs.root(), folder, "connector: delta, path: standpipe")) {
      bench.inSpark(spark -> new Tables(bench, spark).compare(name(), figures));
    }
  }

  /** The table of each side. */
  private record Tables(StorageBench bench, SparkSession spark) {

    void compare(String benchmark, Figures figures) throws Exception {
      Dataset<Row> rows = SampleRows.of(spark, bench.folder(), 0, ROWS);
      Dataset<Row> changes = SampleRows.of(spark, bench.folder(), ROWS / 2, ROWS);
      new Comparison(
              benchmark,
              "append",
              "plain-spark",
              job(
                  "standpipe",
                  rows.limit(0),
                  () -> bench.write(spark, rows, WriteRequest.of(WriteMode.APPEND)),
                  ROWS),
              job("plain", rows.limit(0), () -> write(rows, "plain", SaveMode.Append), ROWS))
          .run(figures);
      long merged = ROWS / 2 + ROWS;
      new Comparison(
              benchmark,
              "merge",
              "plain-spark",
              job(
                  "standpipe",
                  rows,
                  () -> bench.write(spark, changes, WriteRequest.upsert("id")),
                  merged),
              job("plain", rows, () -> merge(changes), merged))
          .run(figures);
    }

    /** An action on a table that has just been overwritten with these rows. */
    private Job job(String table, Dataset<Row> before, Action action, long rowsAfter) {
      return Job.of(() -> write(before, table, SaveMode.Overwrite), action)
          .then(
              () ->
                  StorageBench.requireRows(
                      rowsAfter, spark.read().format("delta").load(path(table))));
    }

    private void write(Dataset<Row> rows, String table, SaveMode mode) {
      rows.write().format("delta").mode(mode).save(path(table));
    }

    private void merge(Dataset<Row> changes) {
      changes.createOrReplaceTempView("changes");
      spark.sql(
          "MERGE INTO delta.`"
              + path("plain")
              + "` t USING changes c ON t.id = c.id"
              + " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *");
    }

    private String path(String table) {
      return bench.folder().resolve(table).toString();
    }
  }
}
