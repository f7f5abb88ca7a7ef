package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationException;
import io.standpipe.config.Problems;
import io.standpipe.pipeline.PipelineReader;
import java.nio.file.Path;
import java.util.Optional;
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

  /**
   * Opens the platform.
   *
   * @throws ConfigurationException with what is wrong with the configuration, and what can be told
   *     of the pipeline file without it
   */
  Platform open() {
    try {
      return configuration.open(Optional.of(pipeline));
    } catch (ConfigurationException e) {
      Problems all = new Problems();
      e.problems().forEach(problem -> all.add(problem.position(), problem.message()));
      PipelineReader.read(pipeline, all);
      throw new ConfigurationException(all.list());
    }
  }
}
