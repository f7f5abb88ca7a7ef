package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationException;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.Problems;
import io.standpipe.pipeline.PipelineReader;
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

  /** What a run was started with. */
  static ConfigurationOptions of(RunRequest request) {
    ConfigurationOptions options = new ConfigurationOptions();
    options.file = request.configuration();
    options.environment = request.environment();
    options.overrides = request.overrides();
    return options;
  }

  /** Whether none is given besides overrides. */
  boolean onlyOverrides() {
    return file.isEmpty() && environment.isEmpty();
  }

  Optional<String> environment() {
    return environment;
  }

  List<String> overrides() {
    return overrides;
  }

  /** The configuration's file, if there is one. */
  Optional<Path> file(Path pipeline) {
    return file.or(() -> find(Optional.of(pipeline)));
  }

  /**
   * Opens the platform for a pipeline.
   *
   * @throws ConfigurationException with what is wrong with the configuration, and what can be told
   *     of the pipeline file without it
   */
  Platform openFor(Path pipeline) {
    try {
      return open(Optional.of(pipeline));
    } catch (ConfigurationException e) {
      Problems all = new Problems();
      e.problems().forEach(problem -> all.add(problem.position(), problem.message()));
      PipelineReader.check(pipeline, all);
      throw new ConfigurationException(all.list());
    }
  }

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
