package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs benchmarks by name. Each prints one JSON line per figure to stdout; how they came about goes
 * to stderr.
 */
public final class Benchmarks {
  private Benchmarks() {}

  /** All of them. A new one is a class and a line here. */
  private static List<Benchmark> all(Jobs jobs) {
    return List.of(
        new Flights(jobs),
        new FlightsMemory(jobs),
        new Startup(jobs),
        new Kill(jobs),
        new KillResume(jobs),
        new Faults(jobs),
        new Scheduling(jobs),
        new ResilienceCost(jobs),
        new PostgresWrite(jobs),
        new PostgresRead(jobs),
        new PostgresUpsert(jobs),
        new PostgresMemory(jobs),
        new DeadLetterCost(jobs),
        new Delta(jobs),
        new Hudi(jobs),
        new Cassandra(jobs),
        new Kafka(jobs),
        new DynamoDb(jobs));
  }

  /**
   * Runs the named benchmarks.
   *
   * @param names without any, the known ones are listed
   */
  public static void main(String[] names) throws Exception {
    List<Benchmark> all = all(Jobs.in(Path.of(System.getProperty("standpipe.root")).toRealPath()));
    String known = all.stream().map(Benchmark::name).collect(Collectors.joining(", "));
    List<Benchmark> chosen =
        all.stream().filter(b -> Arrays.asList(names).contains(b.name())).toList();
    if (names.length == 0 || chosen.size() < Arrays.stream(names).distinct().count()) {
      System.err.println("Name one or more of these benchmarks: " + known);
      System.exit(2);
    }
    Figures figures = new Figures(System.out, System.err);
    for (Benchmark benchmark : chosen) {
      benchmark.run(figures);
    }
  }

  /** A platform with this configuration and the plug-ins that were built. */
  static Platform platform(Path root, Path configuration) {
    return Platform.builder()
        .configuration(ConfigurationSource.of(configuration))
        .pluginDirectories(List.of(root.resolve("plugins")))
        .open();
  }

  static void deleteTree(Path path) throws IOException {
    if (Files.exists(path)) {
      try (var tree = Files.walk(path)) {
        for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
