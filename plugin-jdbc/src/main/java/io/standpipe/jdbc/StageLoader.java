package io.standpipe.jdbc;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** How a task brings its rows into a table: all of them or, if it fails, none. */
interface StageLoader extends Serializable {

  /**
   * The table.
   *
   * @param table its quoted name
   * @param columns the columns that are sent, without that of the attempt
   * @param types their types in Spark
   */
  record Stage(String table, List<String> columns, List<DataType> types) implements Serializable {}

  /**
   * Starts a load.
   *
   * @param attempt what the rows of a staging table are marked with
   */
  Load start(Connection connection, Stage stage, OptionalLong attempt) throws SQLException;

  /** Rows on their way. Closing it before {@link #finish()} takes them all back. */
  interface Load extends AutoCloseable {
    /** Sends a row, which has the columns of the stage. It is not kept. */
    void add(InternalRow row) throws SQLException;

    /** Makes the rows permanent, or a part of the transaction if one is open. */
    void finish() throws SQLException;

    @Override
    void close() throws SQLException;
  }
}
