package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Action;
import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Bulk-inserts rows into an empty Hudi table, and upserts rows of which half have keys that the
 * table has: against Hudi's data source as a tuned user would call it, without metadata table and
 * timeline server. Each has a table of its own, which it makes anew each time, before the clock
 * starts: Hudi's data source looks for a new table for five seconds before it makes it.
 */
record Hudi(Jobs jobs) implements Benchmark {
  private static final long ROWS = Long.getLong("rows", 1_000_000);

  @Override
  public String name() {
    return "hudi";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = jobs.work().resolve("hudi");
    Benchmarks.deleteTree(folder);
    String storage = "connector: hudi, path: standpipe, recordKey: [id], insert: bulkInsert";
    try (StorageBench bench = StorageBench.open(jobs.root(), folder, storage)) {
      bench.inSpark(spark -> compare(bench, spark, figures));
    }
  }

  private void compare(StorageBench bench, SparkSession spark, Figures figures) throws Exception {
    Dataset<Row> rows = SampleRows.of(spark, bench.folder(), 0, ROWS);
    Dataset<Row> changes = SampleRows.of(spark, bench.folder(), ROWS / 2, ROWS);
    // So that both files of the table have keys of the changes. Hudi adds new rows to a file that
    // it picks at random: were it at times the only one to be changed, one core would idle.
    Dataset<Row> mixed = rows.repartition(2, rows.col("id"));
    Path ours = bench.folder().resolve("standpipe");
    Path theirs = bench.folder().resolve("plain");
    WriteRequest append = WriteRequest.of(WriteMode.APPEND);
    Action create = () -> bench.write(spark, rows.limit(0), append);
    Action plainCreate = () -> plain(rows.limit(0), "bulk_insert", theirs);
    Action insert = () -> bench.write(spark, rows, append);
    Action plainInsert = () -> plain(rows, "bulk_insert", theirs);
    new Comparison(
            name(),
            "bulk-insert",
            "plain-spark",
            job(spark, ours, create, insert, ROWS),
            job(spark, theirs, plainCreate, plainInsert, ROWS))
        .run(figures);
    Action upsert = () -> bench.write(spark, changes, WriteRequest.upsert("id"));
    long upserted = ROWS / 2 + ROWS;
    new Comparison(
            name(),
            "upsert",
            "plain-spark",
            job(spark, ours, () -> bench.write(spark, mixed, append), upsert, upserted),
            job(
                spark,
                theirs,
                () -> plain(mixed, "bulk_insert", theirs),
                () -> plain(changes, "upsert", theirs),
                upserted))
        .run(figures);
  }

  /** An action on a table that the preparation makes. */
  private static Job job(
      SparkSession spark, Path table, Action preparation, Action action, long rowsAfter) {
    return Job.of(
            () -> {
              Benchmarks.deleteTree(table);
              preparation.run();
            },
            action)
        .then(
            () ->
                StorageBench.requireRows(
                    rowsAfter, spark.read().format("hudi").load(table.toString())));
  }

  private static void plain(Dataset<Row> rows, String operation, Path table) {
    rows.write()
        .format("hudi")
        .options(
            Map.of(
                "hoodie.table.name", "plain",
                "hoodie.datasource.write.recordkey.field", "id",
                "hoodie.datasource.write.operation", operation,
                "hoodie.index.type", "SIMPLE",
                "hoodie.metadata.enable", "false",
                "hoodie.embed.timeline.server", "false"))
        .mode(SaveMode.Append)
        .save(table.toString());
  }
}
