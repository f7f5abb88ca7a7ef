package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that choose a configuration. */
final class ConfigurationOptions {
  private static final String DEFAULT_FILE = "standpipe.yaml";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration. By default standpipe.yaml beside the pipeline, else in this folder.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--env",
      paramLabel = "NAME",
      description = "Lay standpipe.NAME.yaml over the configuration, for example --env prod.")
  private Optional<String> environment = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Override one value, for example --set storages.sales.path=/data/sales. Can be repeated.")
  private List<String> overrides = List.of();

  /** Opens the platform; {@code pipeline} says where else to look for the configuration. */
  Platform open(Optional<Path> pipeline) {
    return Platform.builder()
        .configuration(source(pipeline))
        .pluginDirectories(pluginDirectories())
        .open();
  }

  ConfigurationSource source(Optional<Path> pipeline) {
    return new ConfigurationSource(
        file.or(() -> find(pipeline)), environment, overrides, System.getenv());
  }

  private static Optional<Path> find(Optional<Path> pipeline) {
    Optional<Path> beside =
        pipeline.map(path -> path.resolveSibling(DEFAULT_FILE)).filter(Files::exists);
    return beside.or(() -> Optional.of(Path.of(DEFAULT_FILE)).filter(Files::exists));
  }

  static List<Path> pluginDirectories() {
    return Optional.ofNullable(System.getProperty("standpipe.plugins")).map(Path::of).stream()
        .toList();
  }
}
