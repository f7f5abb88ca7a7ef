package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.spi.TableVersion;
import io.standpipe.storage.Storage;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Prints rows of a storage.", mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "STORAGE", description = "The storage's name in the configuration.")
  private String storage;

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "20",
      description = "How many rows at most. Default: 20.")
  private int limit;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only rows for which this is true, for example \"delay > 60\".")
  private Optional<String> condition = Optional.empty();

  @Option(
      names = "--order-by",
      paramLabel = "SQL",
      description = "Sort by these columns, for example \"delay DESC, origin\".")
  private Optional<String> order = Optional.empty();

  @Option(
      names = "--version-of",
      paramLabel = "NUMBER",
      description = "The rows as of this version of the table.")
  private Optional<Long> version = Optional.empty();

  @Option(
      names = "--format",
      defaultValue = "table",
      description =
          "One of ${COMPLETION-CANDIDATES}; json prints one object a line. Default: table.")
  private Table.Format format;

  @Mixin private ConfigurationOptions configuration;

  @Override
  public Integer call() {
    try (Platform platform = configuration.open(Optional.empty())) {
      Storage source = platform.storages().require(storage);
      String text = platform.withSpark(spark -> RowPrinter.print(rows(source, spark), format));
      System.out.print(text);
      return 0;
    }
  }

  private Dataset<Row> rows(Storage source, SparkSession spark) {
    Dataset<Row> all =
        version
            .map(number -> source.read(spark, new TableVersion.Number(number)))
            .orElseGet(() -> source.read(spark));
    Dataset<Row> rows = condition.map(all::where).orElse(all);
    return order.map(by -> rows.orderBy(RowPrinter.ordering(by))).orElse(rows).limit(limit);
  }
}
