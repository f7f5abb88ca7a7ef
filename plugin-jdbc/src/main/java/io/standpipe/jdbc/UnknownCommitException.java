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
        "the connection was lost while a change of table '"
            + table
            + "' was committed, so it may or may not have happened",
        "Look into the table before you repeat it. A write with a commit token can simply be"
            + " repeated.",
        cause);
  }
}
