package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage from which rows can be deleted. Repeating a delete has the effect of one. */
public interface SupportsDelete extends Connector {

  /**
   * Deletes the rows whose key columns equal those of a row of {@code keys}.
   *
   * @param request mode {@link WriteMode#DELETE}, with at least one key column, all of them columns
   *     of {@code keys}
   */
  WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request);

  /** Deletes the rows for which the condition is true. */
  WriteResult deleteWhere(SparkSession session, Condition condition);
}
