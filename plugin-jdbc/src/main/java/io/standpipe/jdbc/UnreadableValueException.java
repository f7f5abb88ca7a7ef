package io.standpipe.jdbc;

import java.sql.SQLException;

/** A value of the database that its Spark type cannot hold. */
final class UnreadableValueException extends SQLException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what the value is and what cannot hold it
   */
  UnreadableValueException(String problem) {
    super(problem, "22003");
  }
}
