package io.standpipe.jdbc;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How a task brings its rows into the staging table: all of them or, if it fails, none. */
interface StageLoader extends Serializable {

  /**
   * Starts a load.
   *
   * @param table the quoted name of the staging table
   * @param columns its columns, without that of the attempt
   * @param attempt what the rows are marked with
   */
  Load start(Connection connection, String table, List<String> columns, long attempt)
      throws SQLException;

  /** Rows on their way. Closing it before {@link #finish()} takes them all back. */
  interface Load extends AutoCloseable {
    /**
     * Sends a row.
     *
     * @param values in the order of the columns: null, String, Boolean, a boxed number, BigDecimal,
     *     LocalDate, LocalDateTime, OffsetDateTime, byte[], or a List of those
     */
    void add(Object[] values) throws SQLException;

    /** Makes the rows permanent. */
    void finish() throws SQLException;

    @Override
    void close() throws SQLException;
  }
}
