package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/** How {@link RowIsolation} finds its way through the staging tables of a database. */
interface IsolationDialect {

  /**
   * A range of the places that rows of a staging table have.
   *
   * @param to exclusive
   */
  record Places(long from, long to) {
    /** Whether there is at most one row. */
    boolean isOne() {
      return to - from <= 1;
    }
  }

  /** The type of a staging column that takes any value that Spark has. */
  Optional<String> lenient(DataType type);

  /** What turns the staged columns into what the target has; a list for SELECT. */
  String values(Connection connection, WritePlan plan) throws SQLException;

  /** A text parameter of an INSERT by SELECT. */
  String textParameter();

  /** Makes every statement of the transaction check all constraints. */
  default void checkAtOnce(Connection connection) throws SQLException {}

  /** Ranges that have all rows among them, each worth one statement of its own. */
  List<Places> blocks(Connection connection, TableId stage) throws SQLException;

  /** Two ranges that have the rows of a range that is larger than one place. */
  List<Places> halves(Places places);

  /** The condition that selects a range. */
  String within(Places places);
}
