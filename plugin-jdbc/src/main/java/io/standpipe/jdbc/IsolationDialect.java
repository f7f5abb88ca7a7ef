package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
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

  /** Two ranges that have the rows of one among them. */
  record Halves(Places first, Places second) {}

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

  /** The rows of a range that is larger than one place. */
  Halves halves(Places places);

  /** The condition that selects a range. */
  String within(Places places);

  /**
   * Executes an INSERT; returns how many rows it took. If it fails, it is undone, and the
   * transaction can go on, unless the error has a suppressed one, which says why not: after a
   * deadlock, for example, nothing is left of the transaction.
   */
  default long attempt(Connection connection, String sql) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      long rows = statement.executeLargeUpdate(sql);
      connection.releaseSavepoint(before);
      return rows;
    } catch (SQLException e) {
      try {
        connection.rollback(before);
        // Each that stays open may take a lock, of which a server has a limited number.
        connection.releaseSavepoint(before);
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }
}
