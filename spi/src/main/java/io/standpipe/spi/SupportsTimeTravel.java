package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage that can be read as it was. */
public interface SupportsTimeTravel extends SupportsRead {

  /**
   * The rows at the given version.
   *
   * @throws ConnectorException if there is no such version, or it is no longer kept
   */
  Dataset<Row> readVersion(SparkSession session, TableVersion version);
}
