package io.standpipe.spi;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A storage that is a table, which can be there or not. */
public interface SupportsTable extends Connector {

  /** Whether the table is there. */
  boolean exists(SparkSession session);

  /**
   * Creates the table without rows.
   *
   * @throws ConnectorException if it is there already
   */
  void create(SparkSession session, StructType schema);

  /**
   * Removes the table with all its rows.
   *
   * @throws ConnectorException if it is not there
   */
  void drop(SparkSession session);
}
