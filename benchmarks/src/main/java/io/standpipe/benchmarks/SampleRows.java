package io.standpipe.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Rows of a number, a double, a text, a timestamp, a boolean and a decimal that are the same on
 * every machine, kept as Parquet so that both sides read them in the same way.
 */
final class SampleRows {
  /** What {@link #COLUMNS} are in PostgreSQL. */
  static final String DDL =
      "id bigint, amount double precision, name text, at timestamptz, active boolean, price"
          + " numeric(12,2)";

  /** What they are in Spark. */
  static final String SPARK_DDL =
      "id BIGINT, amount DOUBLE, name STRING, at TIMESTAMP, active BOOLEAN, price DECIMAL(12,2)";

  static final String COLUMNS = "id, amount, name, at, active, price";

  private SampleRows() {}

  /** Rows with the ids from {@code first} on, in as many partitions as there are files of 1 M. */
  static Dataset<Row> of(SparkSession spark, Path folder, long first, long count) {
    Path rows = folder.resolve("rows-" + first + "-" + count);
    if (!Files.exists(rows.resolve("_SUCCESS"))) {
      generated(spark, first, count).write().mode(SaveMode.Overwrite).parquet(rows.toString());
    }
    return spark.read().parquet(rows.toString());
  }

  /** The same rows, made whenever they are needed. */
  static Dataset<Row> generated(SparkSession spark, long first, long count) {
    return spark
        .range(first, first + count, 1, 2)
        .selectExpr(
            "id",
            "(xxhash64(id, 1) % 1000000000) / 1000D AS amount",
            "concat('customer ', hex(xxhash64(id, 2)), ' of ', id % 977) AS name",
            "timestamp_micros(1600000000000000L + id * 1000000 + abs(xxhash64(id, 3)) % 1000000)"
                + " AS at",
            "xxhash64(id, 4) % 3 = 0 AS active",
            "CAST((xxhash64(id, 5) % 1000000000) / 100 AS DECIMAL(12,2)) AS price");
  }
}
