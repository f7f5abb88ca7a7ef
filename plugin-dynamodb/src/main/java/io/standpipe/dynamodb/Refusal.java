package io.standpipe.dynamodb;

import io.standpipe.spi.ConnectorException;

/** What the connector itself does not do: it will not do it next time either. */
final class Refusal extends ConnectorException {
  private static final long serialVersionUID = 1L;

  Refusal(String problem, String remedy) {
    super(problem, remedy);
  }
}
