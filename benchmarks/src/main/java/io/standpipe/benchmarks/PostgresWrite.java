package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Action;
import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Appends to an empty table: against Spark's JDBC writer with a large batch, the same with
 * rewritten batches, and {@code psql \copy} of the rows as CSV.
 */
record PostgresWrite(Jobs jobs) implements Benchmark {
  private static final String PSQL = System.getProperty("psql", "psql");

  @Override
  public String name() {
    return "postgres-write";
  }

  @Override
  public void run(Figures figures) throws Exception {
    try (PostgresBench bench = PostgresBench.open(jobs)) {
      bench.storage().inSpark(spark -> compare(bench, spark, figures));
    }
  }

  private void compare(PostgresBench bench, SparkSession spark, Figures figures) throws Exception {
    Dataset<Row> rows = SampleRows.of(spark, bench.storage().folder(), 0, PostgresBench.ROWS);
    Job ours =
        job(bench, () -> bench.storage().write(spark, rows, WriteRequest.of(WriteMode.APPEND)));
    compare("spark-jdbc", ours, job(bench, () -> plain(bench, rows, "")), figures);
    Action rewriting = () -> plain(bench, rows, "&reWriteBatchedInserts=true");
    compare("spark-jdbc-rewrite", ours, job(bench, rewriting), figures);
    if (hasPsql()) {
      Path csv = csv(bench.storage().folder(), rows);
      compare("psql-copy", ours, job(bench, () -> psql(bench, csv)), figures);
    } else {
      figures.note(
          "no psql-copy: there is no '%s'. Install postgresql-client, or name it by -Dpsql", PSQL);
    }
  }

  private void compare(String against, Job ours, Job theirs, Figures figures) throws Exception {
    new Comparison(name(), against, ours, theirs).run(figures);
  }

  /** Empties the table, runs the action, and looks whether all rows came. */
  private static Job job(PostgresBench bench, Action action) {
    return Job.of(
            () -> {
              bench.recreate("");
              bench.server().execute("CHECKPOINT");
            },
            action)
        .then(() -> bench.requireRows(PostgresBench.ROWS));
  }

  private static void plain(PostgresBench bench, Dataset<Row> rows, String parameters) {
    rows.write()
        .format("jdbc")
        .mode(SaveMode.Append)
        .option("url", bench.server().url() + parameters)
        .option("driver", "org.postgresql.Driver")
        .option("dbtable", "public." + PostgresBench.TABLE)
        .option("batchsize", 10_000)
        .save();
  }

  private static Path csv(Path folder, Dataset<Row> rows) throws IOException {
    Path csv = folder.resolve("csv-" + PostgresBench.ROWS);
    rows.coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .option("timestampFormat", "yyyy-MM-dd HH:mm:ss.SSSSSSXXX")
        .csv(csv.toString());
    try (Stream<Path> files = Files.list(csv)) {
      return files.filter(file -> file.toString().endsWith(".csv")).findFirst().orElseThrow();
    }
  }

  private static boolean hasPsql() throws InterruptedException {
    try {
      return new ProcessBuilder(PSQL, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void psql(PostgresBench bench, Path csv) throws Exception {
    String copy = "\\copy " + PostgresBench.TABLE + " from '" + csv + "' (format csv)";
    List<String> command =
        List.of(
            PSQL,
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            String.valueOf(bench.server().port()),
            "-U",
            "postgres",
            "-c",
            copy);
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("psql failed");
    }
  }
}
