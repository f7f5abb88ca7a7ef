package io.standpipe.cli;

import io.standpipe.PluginInspection;
import io.standpipe.Versions;
import io.standpipe.builtin.BuiltInConnectors;
import io.standpipe.plugin.PluginJar;
import io.standpipe.plugin.PluginProblem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plugins",
    description = {
      "Lists the connector plug-ins that were found, and why those that cannot be used cannot, without starting Spark."
    },
    footer = {"", "Exit code 2 if there is a plug-in that cannot be used."},
    mixinStandardHelpOptions = true)
final class PluginsCommand implements Callable<Integer> {
  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}. Default: table.")
  private Table.Format format;

  @Override
  public Integer call() {
    Table table = new Table("id", "version", "connectors", "state", "file");
    List<PluginProblem> problems;
    try (PluginInspection found =
        PluginInspection.of(
            configuration.source(Optional.empty()), ConfigurationOptions.pluginDirectories())) {
      BuiltInConnectors.types()
          .forEach(type -> table.row("(built in)", Versions.platform(), type, "usable", ""));
      for (PluginJar jar : found.usable()) {
        table.row(
            jar.id(),
            jar.version(),
            String.join(", ", jar.connectors()),
            "usable",
            jar.file().toString());
      }
      problems = found.problems();
    }
    for (PluginProblem problem : problems) {
      table.row(problem.pluginId().orElse("?"), "", "", "refused", problem.file().toString());
    }
    System.out.print(table.render(format));
    problems.forEach(problem -> System.err.println(problem.message()));
    return problems.isEmpty() ? 0 : Main.USAGE;
  }
}
