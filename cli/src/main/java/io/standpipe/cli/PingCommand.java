package io.standpipe.cli;

import io.standpipe.Platform;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ping",
    description = "Asks a storage whether it answers, without starting Spark.",
    mixinStandardHelpOptions = true)
final class PingCommand implements Callable<Integer> {
  @Parameters(paramLabel = "STORAGE", description = "The storage's name in the configuration.")
  private String storage;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to wait. Default: 10.")
  private int seconds;

  @Mixin private ConfigurationOptions configuration;

  @Override
  public Integer call() {
    try (Platform platform = configuration.open(Optional.empty())) {
      long start = System.nanoTime();
      String answer = platform.storages().require(storage).ping(Duration.ofSeconds(seconds));
      long millis = (System.nanoTime() - start) / 1_000_000;
      System.out.println(storage + ": " + answer + " (" + millis + " ms)");
      return 0;
    }
  }
}
