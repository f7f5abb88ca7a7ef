package io.standpipe.pipeline;

import org.apache.spark.sql.SparkSession;

/** The Spark session of a test class that runs pipelines without a platform. */
final class TestSpark {
  private TestSpark() {}

  static SparkSession start() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.scheduler.mode", "FAIR")
            .getOrCreate();
    spark.sparkContext().setLogLevel("OFF");
    return spark;
  }

  static void stop(SparkSession spark) {
    spark.stop();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }
}
