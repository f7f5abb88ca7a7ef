package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;

/**
 * The connection was lost during the commit: it may or may not have happened. The error table knows
 * it by name.
 */
final class UnknownCommitException extends ConnectorException {
  private static final long serialVersionUID = 1L;

  UnknownCommitException(TableId table, Throwable cause) {
    super(
        "the connection was lost while the rows for table '"
            + table
            + "' were committed, so they may or may not be there",
        "Look into the table before you write the same rows again; a write with a commit token can"
            + " simply be repeated.",
        cause);
  }
}
