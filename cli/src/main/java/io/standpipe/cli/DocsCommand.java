package io.standpipe.cli;

import io.standpipe.PluginInspection;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.config.OptionDocs;
import io.standpipe.config.ResilienceSection;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.storage.Ability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "docs",
    description = {
      "Generates the tables of connector pages from the connectors themselves.",
      "Between the lines <!-- options --> and <!-- /options --> of DIR/TYPE.md comes the options table, between"
          + " <!-- abilities --> and <!-- /abilities --> what the connector can do.",
      "A page DIR/configuration.md gets the table of the section between the lines <!-- resilience --> and"
          + " <!-- /resilience -->, if it has them."
    },
    mixinStandardHelpOptions = true)
final class DocsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder with a page per connector type.")
  private Path folder;

  @Option(
      names = "--check",
      description = "Change nothing; exit with 1 if a page is not up to date.")
  private boolean checkOnly;

  @Mixin private ConfigurationOptions configuration;

  @Override
  public Integer call() throws IOException {
    boolean fresh = true;
    try (PluginInspection found =
        PluginInspection.of(
            configuration.source(Optional.empty()), ConfigurationOptions.pluginDirectories())) {
      for (ConnectorFactory<?> factory : found.factories()) {
        Path page = folder.resolve(factory.type() + ".md");
        if (!Files.exists(page)) {
          continue;
        }
        String before = Files.readString(page);
        String after = section(before, "options", OptionDocs.markdown(factory.configType()), page);
        fresh &= update(page, before, section(after, "abilities", abilities(factory), page));
      }
    }
    fresh &= configuration(folder.resolve("configuration.md"));
    return checkOnly && !fresh ? Main.FAILED : 0;
  }

  private boolean configuration(Path page) throws IOException {
    String before = Files.exists(page) ? Files.readString(page) : "";
    return !before.contains("<!-- resilience -->")
        || update(
            page,
            before,
            section(before, "resilience", OptionDocs.markdown(ResilienceSection.class), page));
  }

  /** Whether the page was up to date. */
  private boolean update(Path page, String before, String after) throws IOException {
    if (after.equals(before)) {
      return true;
    }
    System.out.println((checkOnly ? "not up to date: " : "written: ") + page);
    if (!checkOnly) {
      Files.writeString(page, after);
    }
    return false;
  }

  private static String abilities(ConnectorFactory<?> factory) {
    StringBuilder table = new StringBuilder("| Ability | Supported |\n|---|---|\n");
    for (Ability ability : Ability.values()) {
      boolean supported = Ability.ofType(factory.connectorType()).contains(ability);
      table
          .append("| ")
          .append(ability.label())
          .append(" | ")
          .append(supported ? "yes" : "no")
          .append(" |\n");
    }
    return table.toString();
  }

  private static String section(String page, String name, String content, Path file) {
    String open = "<!-- " + name + " -->\n";
    int begin = page.indexOf(open);
    int end = page.indexOf("<!-- /" + name + " -->");
    if (begin < 0 || end < begin) {
      throw new InvalidRequestException(
          file + " has no lines <!-- " + name + " --> and <!-- /" + name + " -->");
    }
    return page.substring(0, begin + open.length())
        + content.stripTrailing()
        + "\n"
        + page.substring(end);
  }
}
