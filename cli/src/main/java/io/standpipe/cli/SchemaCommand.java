package io.standpipe.cli;

import io.standpipe.PluginInspection;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "schema",
    description = {
      "Prints the JSON Schema of the configuration, plug-ins included, or of a pipeline file.",
      "An editor completes and checks standpipe.yaml with it:%n",
      "  standpipe schema > standpipe.schema.json",
      "  # first line of standpipe.yaml:",
      "  # yaml-language-server: $schema=standpipe.schema.json"
    },
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
  enum Of {
    configuration,
    pipeline
  }

  @Option(
      names = "--of",
      defaultValue = "configuration",
      description = "One of ${COMPLETION-CANDIDATES}. Default: configuration.")
  private Of of;

  @Mixin private ConfigurationOptions configuration;

  @Override
  public Integer call() {
    if (of == Of.pipeline) {
      System.out.print(PluginInspection.pipelineSchema());
      return 0;
    }
    try (PluginInspection found =
        PluginInspection.of(
            configuration.source(Optional.empty()), ConfigurationOptions.pluginDirectories())) {
      System.out.print(found.configurationSchema());
    }
    return 0;
  }
}
