package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Takes the rows that a storage refuses, before the write that refused them is committed. */
@FunctionalInterface
public interface RefusedRows {
  /** The column with the storage's code of the error, for example an SQL state. */
  String CODE = "standpipe_error_code";

  /** The column with the storage's message. */
  String MESSAGE = "standpipe_error_message";

  /**
   * Called at most once a write, and only if rows are refused. While it works the write is not
   * visible; if it throws, the write fails and nothing is.
   *
   * @param rows the refused rows: the columns that were sent, then {@link #CODE} and {@link
   *     #MESSAGE}. Read lazily, and only until this returns
   * @param refused how many these are
   * @param sent how many rows the storage was sent, the refused ones included
   */
  void take(Dataset<Row> rows, long refused, long sent);

  /**
   * How many rows may be refused. When there are more, the storage need not look for the rest:
   * {@link #take} is called with those that are known, and throws.
   *
   * @param sent how many rows the storage was sent, the refused ones included
   * @return by default any number
   */
  default long limit(long sent) {
    return Long.MAX_VALUE;
  }
}
