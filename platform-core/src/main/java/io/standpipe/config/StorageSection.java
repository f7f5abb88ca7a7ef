package io.standpipe.config;

import io.standpipe.config.ConfigNode.Mapping;
import java.util.Objects;

/**
 * One storage of the section {@code storages}.
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param connector the connector's type
 * @param options the connector's own options: everything but {@code connector} and {@code
 *     resilience}
 * @param resilience what is done when it fails: the storage's own settings over those of all
 *     storages
 * @param position where the storage's name stands
 */
public record StorageSection(
    String name,
    String connector,
    Mapping options,
    ResilienceSection resilience,
    SourcePosition position) {
  public StorageSection {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(connector, "connector");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(resilience, "resilience");
    Objects.requireNonNull(position, "position");
  }
}
