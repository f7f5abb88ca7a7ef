package io.standpipe.dynamodb;

import io.standpipe.spi.ConnectorException;

/** A row or an item is wrong; the table is fine. */
final class BadRow extends ConnectorException {
  private static final long serialVersionUID = 1L;

  BadRow(String problem, String remedy) {
    super(problem, remedy);
  }
}
