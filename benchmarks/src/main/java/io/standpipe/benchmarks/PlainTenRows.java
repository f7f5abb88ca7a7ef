package io.standpipe.benchmarks;

import org.apache.spark.sql.SparkSession;

/** The pipeline of ten rows as one would write it with Spark alone. */
public final class PlainTenRows {
  private PlainTenRows() {}

  /**
   * Runs the job.
   *
   * @param arguments the folder with {@code in.csv}; the result goes to {@code out}
   */
  public static void main(String[] arguments) {
    String folder = arguments[0];
    SparkSession spark =
        SparkSession.builder()
            .master("local[*]")
            .appName("ten rows")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    spark
        .read()
        .schema("id INT, name STRING, amount DOUBLE")
        .option("header", "true")
        .csv(folder + "/in.csv")
        .createOrReplaceTempView("amounts");
    spark
        .sql("SELECT name, count(*) AS n, sum(amount) AS total FROM amounts GROUP BY name")
        .write()
        .mode("overwrite")
        .parquet(folder + "/out");
    spark.stop();
  }
}
