package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage in which a row can be replaced by key. Repeating an upsert has the effect of one. */
public interface SupportsUpsert extends Connector {

  /**
   * Inserts the rows whose key is new and updates those whose key exists. Keys are unique within
   * {@code rows}; the platform does not check it, and two rows with one key are an error ({@link
   * Verdict#DATA}).
   *
   * @param request mode {@link WriteMode#UPSERT}, with at least one key column
   */
  WriteResult upsert(SparkSession session, Dataset<Row> rows, WriteRequest request);
}
