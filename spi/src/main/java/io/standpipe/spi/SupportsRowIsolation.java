package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A storage that can set aside the rows that it refuses (a constraint, a type, an encoding) instead
 * of failing the whole write. The accepted rows become visible as those of any write do, after
 * somebody has taken the refused ones.
 */
public interface SupportsRowIsolation extends Connector {

  /**
   * Writes the rows that the storage accepts and hands the others over. Rows never pass through the
   * driver. What is wrong with the request or with the storage itself still fails the write as a
   * whole, and then nothing is visible.
   *
   * <p>Of rows that exclude each other, such as two with one unique value, an append keeps one; an
   * upsert refuses all rows that share their key.
   *
   * <p>The refused rows are taken before the write is committed. So if whoever takes them keeps
   * them with the same commit token, no row is lost and none kept twice, wherever the write is
   * interrupted.
   *
   * @param request any mode that the storage can write, except {@link WriteMode#DELETE}
   * @param refused takes the refused rows
   * @return what became of the others; the refused ones are not counted. A repeat of a committed
   *     write changes nothing and hands over no rows
   */
  WriteResult writeIsolating(
      SparkSession session, Dataset<Row> rows, WriteRequest request, RefusedRows refused);
}
