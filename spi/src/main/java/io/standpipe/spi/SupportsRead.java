package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage that can be read as a batch. */
public interface SupportsRead extends Connector {

  /**
   * The rows of the storage, lazily: Spark reads them when an action needs them, and only the
   * columns and rows that are asked for. May open the storage to learn its schema.
   *
   * @throws ConnectorException if the storage cannot be opened or does not exist
   */
  Dataset<Row> read(SparkSession session);
}
