package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "storages",
    description = "Lists the configured storages and what each can do, without starting Spark.",
    mixinStandardHelpOptions = true)
final class StoragesCommand implements Callable<Integer> {
  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}. Default: table.")
  private Table.Format format;

  @Override
  public Integer call() {
    try (Platform platform = configuration.open(Optional.empty())) {
      Table table = new Table("name", "connector", "write modes", "abilities");
      for (Storage storage : platform.storages().all()) {
        table.row(
            storage.name(),
            storage.type(),
            storage.writeModes().stream().map(WriteMode::id).collect(Collectors.joining(", ")),
            storage.abilities().stream().map(Ability::label).collect(Collectors.joining(", ")));
      }
      System.out.print(table.render(format));
      return 0;
    }
  }
}
