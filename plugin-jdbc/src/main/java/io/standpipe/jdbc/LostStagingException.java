package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;

/** Staged rows were gone before they were committed. The error table knows it by name. */
final class LostStagingException extends ConnectorException {
  private static final long serialVersionUID = 1L;

  LostStagingException(TableId table, long expected, long found) {
    super(
        "the tasks staged "
            + expected
            + " rows for table '"
            + table
            + "', but "
            + found
            + " are there; the server probably crashed in between. Nothing was written",
        "Run the write again.");
  }
}
