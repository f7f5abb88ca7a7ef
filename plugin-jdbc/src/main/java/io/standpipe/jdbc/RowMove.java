package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** How staged rows come into the target, within the transaction that makes them visible. */
@FunctionalInterface
interface RowMove {

  /** The statement that inserts, upserts or deletes what a SELECT on the staging table gives. */
  @FunctionalInterface
  interface Insertion {
    String from(String select);
  }

  /** Called before the transaction does anything. */
  default void begin(Connection connection, Dialect dialect) throws SQLException {}

  /** Moves the rows, of which all must be there, and returns how many the target took. */
  long move(StagedRows staged, Insertion insertion) throws SQLException;
}
