package io.standpipe.jdbc;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** How a task brings its rows into the staging table: all of them or, if it fails, none. */
interface StageLoader extends Serializable {

  /**
   * The staging table.
   *
   * @param table its quoted name
   * @param columns its columns, without that of the attempt
   * @param types their types in Spark
   */
  record Stage(String table, List<String> columns, List<DataType> types) implements Serializable {}

  /**
   * Starts a load.
   *
   * @param attempt what the rows are marked with
   */
  Load start(Connection connection, Stage stage, long attempt) throws SQLException;

  /** Rows on their way. Closing it before {@link #finish()} takes them all back. */
  interface Load extends AutoCloseable {
    /** Sends a row, which has the columns of the stage. It is not kept. */
    void add(InternalRow row) throws SQLException;

    /** Makes the rows permanent. */
    void finish() throws SQLException;

    @Override
    void close() throws SQLException;
  }
}
