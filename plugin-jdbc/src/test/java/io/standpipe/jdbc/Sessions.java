package io.standpipe.jdbc;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The Spark session that all tests share; a task has four attempts. */
final class Sessions {
  static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2,4]")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 2)
          .config("spark.sql.session.timeZone", "Europe/Warsaw")
          .getOrCreate();

  static {
    // Tests let tasks fail, and Spark would log each of them at length.
    SPARK.sparkContext().setLogLevel("OFF");
  }

  private Sessions() {}

  static Dataset<Row> rows(String ddl, Row... rows) {
    return SPARK.createDataFrame(List.of(rows), StructType.fromDDL(ddl));
  }
}
