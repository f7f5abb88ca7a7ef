package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage that keeps a log of what was done to it. */
public interface SupportsHistory extends Connector {

  /**
   * One row per operation, newest first, with at least the columns {@code version}, {@code
   * timestamp}, {@code operation}.
   */
  Dataset<Row> history(SparkSession session);
}
