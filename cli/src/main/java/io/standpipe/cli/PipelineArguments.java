package io.standpipe.cli;

import io.standpipe.Platform;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A pipeline and its configuration. */
final class PipelineArguments {
  @Parameters(paramLabel = "PIPELINE", description = "The pipeline file.")
  private Path pipeline;

  @Mixin private ConfigurationOptions configuration;

  Path pipeline() {
    return pipeline;
  }

  /** Opens the platform, as {@link ConfigurationOptions#openFor}. */
  Platform open() {
    return configuration.openFor(pipeline);
  }
}
