package io.standpipe.spi;

import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A write that set aside the rows that the storage refused.
 *
 * @param result what became of the other rows; the refused ones are not counted
 * @param refused how many rows were refused
 * @param rows the refused rows, read lazily: the columns that were sent, then {@link #CODE} and
 *     {@link #MESSAGE}
 * @param release gives up what holds the refused rows; can be run more than once
 */
public record IsolatedWrite(WriteResult result, long refused, Dataset<Row> rows, Runnable release)
    implements AutoCloseable {

  /** The column with the storage's code of the error, for example an SQL state. */
  public static final String CODE = "standpipe_error_code";

  /** The column with the storage's message. */
  public static final String MESSAGE = "standpipe_error_message";

  public IsolatedWrite {
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(release, "release");
    if (refused < 0) {
      throw new IllegalArgumentException("refused must not be negative, got " + refused);
    }
  }

  /** After this the refused rows cannot be read any more. */
  @Override
  public void close() {
    release.run();
  }
}
