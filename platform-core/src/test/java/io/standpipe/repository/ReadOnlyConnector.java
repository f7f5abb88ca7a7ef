package io.standpipe.repository;

import io.standpipe.spi.SupportsRead;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rows that can only be read. */
record ReadOnlyConnector(Dataset<Row> rows) implements SupportsRead {
  @Override
  public Dataset<Row> read(SparkSession session) {
    return rows;
  }
}
