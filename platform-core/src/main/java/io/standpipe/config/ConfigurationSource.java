package io.standpipe.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a configuration is put together from.
 *
 * @param file the YAML file; without one the configuration is empty but for {@code overrides}
 * @param environment the name of an overlay: {@code prod} puts {@code standpipe.prod.yaml} over
 *     {@code standpipe.yaml}
 * @param overrides {@code key=value}, later ones win, see {@link Overlays#set}
 * @param variables the environment variables that references see
 */
public record ConfigurationSource(
    Optional<Path> file,
    Optional<String> environment,
    List<String> overrides,
    Map<String, String> variables) {
  public ConfigurationSource {
    overrides = List.copyOf(overrides);
    variables = Map.copyOf(variables);
  }

  /** No file, and the environment of this process. */
  public static ConfigurationSource none() {
    return new ConfigurationSource(Optional.empty(), Optional.empty(), List.of(), System.getenv());
  }

  /** One file, and the environment of this process. */
  public static ConfigurationSource of(Path file) {
    return new ConfigurationSource(Optional.of(file), Optional.empty(), List.of(), System.getenv());
  }

  /** Variables hold secrets, overrides may. */
  @Override
  public String toString() {
    return "ConfigurationSource[file=%s, environment=%s]".formatted(file, environment);
  }
}
