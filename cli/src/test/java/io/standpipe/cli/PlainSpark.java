package io.standpipe.cli;

import io.standpipe.plugin.ContextClassLoader;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** Spark sessions as somebody makes them who does not have the platform. */
final class PlainSpark {
  static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

  /** What Delta needs in a session, and few partitions for its logs, which are small here. */
  static final Map<String, String> DELTA =
      Map.of(
          "spark.sql.extensions",
          DELTA_EXTENSION,
          "spark.sql.catalog.spark_catalog",
          "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          "spark.sql.shuffle.partitions",
          "2",
          "spark.databricks.delta.snapshotPartitions",
          "2");

  private PlainSpark() {}

  /** Uses a session that is built, used and stopped under a context class loader. */
  static <T> T inSession(
      ClassLoader loader, String master, Map<String, String> conf, Function<SparkSession, T> work) {
    return ContextClassLoader.call(
        loader,
        () -> {
          SparkSession.Builder builder = SparkSession.builder().master(master);
          conf.forEach(builder::config);
          try (SparkSession spark = builder.getOrCreate()) {
            return work.apply(spark);
          } finally {
            SparkSession.clearActiveSession();
            SparkSession.clearDefaultSession();
          }
        });
  }
}
