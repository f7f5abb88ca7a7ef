package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Job;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a whole table without bounds being named: against Spark's JDBC reader with a large fetch
 * size, and the same with the bounds that a tuned user would name.
 */
record PostgresRead(Jobs jobs) implements Benchmark {

  @Override
  public String name() {
    return "postgres-read";
  }

  @Override
  public void run(Figures figures) throws Exception {
    try (PostgresBench bench = PostgresBench.open(jobs)) {
      bench.storage().inSpark(spark -> compare(bench, spark, figures));
    }
  }

  private void compare(PostgresBench bench, SparkSession spark, Figures figures) throws Exception {
    bench.fill(spark, ", PRIMARY KEY (id)");
    Job ours = Job.of(() -> StorageBench.consume(bench.storage().read(spark)));
    Job whole = Job.of(() -> StorageBench.consume(plain(bench, spark, Map.of())));
    compare("spark-jdbc", ours, whole, figures);
    Map<String, String> bounds =
        Map.of(
            "partitionColumn",
            "id",
            "lowerBound",
            "0",
            "upperBound",
            String.valueOf(PostgresBench.ROWS),
            "numPartitions",
            "2");
    compare(
        "spark-jdbc-partitioned",
        ours,
        Job.of(() -> StorageBench.consume(plain(bench, spark, bounds))),
        figures);
  }

  private void compare(String against, Job ours, Job theirs, Figures figures) throws Exception {
    new Comparison(name(), against, ours, theirs).run(figures);
  }

  private static Dataset<Row> plain(
      PostgresBench bench, SparkSession spark, Map<String, String> partitioning) {
    return spark
        .read()
        .format("jdbc")
        .option("url", bench.server().url())
        .option("driver", "org.postgresql.Driver")
        .option("dbtable", "public." + PostgresBench.TABLE)
        .option("fetchsize", 10_000)
        .options(partitioning)
        .load();
  }
}
