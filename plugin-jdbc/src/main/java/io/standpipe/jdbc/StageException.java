package io.standpipe.jdbc;

import java.sql.SQLException;

/** A task could not stage its rows; its cause is never an error of computing them. */
final class StageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StageException(SQLException cause) {
    super(cause.getMessage(), cause);
  }
}
