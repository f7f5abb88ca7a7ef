package io.standpipe.spi;

import java.util.Objects;

/**
 * What a connector is told about itself.
 *
 * @param storageName the name under which the storage is configured, for messages
 * @param type the connector's type, for messages
 */
public record ConnectorContext(String storageName, String type) {
  public ConnectorContext {
    Objects.requireNonNull(storageName, "storageName");
    Objects.requireNonNull(type, "type");
  }
}
