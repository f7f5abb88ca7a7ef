package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;

/** The rows are wrong, the database is fine. The error table knows it by name. */
final class RefusedRowsException extends ConnectorException {
  private static final long serialVersionUID = 1L;

  RefusedRowsException(String problem, String remedy) {
    super(problem, remedy);
  }
}
