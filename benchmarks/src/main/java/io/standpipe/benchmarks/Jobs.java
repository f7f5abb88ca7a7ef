package io.standpipe.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The jobs as processes, and the folders that they work in. */
record Jobs(Path root, Path work, String java, List<String> moduleOptions) {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  static Jobs in(Path root) throws IOException {
    Path work = Files.createDirectories(root.resolve("benchmarks/target/work"));
    List<String> options = Files.readAllLines(root.resolve("cli/src/main/dist/conf/jvm.options"));
    return new Jobs(
        root, work, Path.of(System.getProperty("java.home"), "bin", "java").toString(), options);
  }

  /** The flights example with its flights repeated; returns the folder. */
  Path flights(int copies) throws IOException {
    Path example = root.resolve("examples/flights");
    Path folder = work.resolve("flights-" + copies);
    Path data = Files.createDirectories(folder.resolve("data"));
    Path flights = Files.createDirectories(data.resolve("flights"));
    for (int copy = 0; copy < copies; copy++) {
      Path file = flights.resolve(String.format("part-%03d.json", copy));
      if (!Files.exists(file)) {
        Files.copy(example.resolve("data/flights-20k.json"), file);
      }
    }
    Files.write(
        data.resolve("airports.csv"), Files.readAllBytes(example.resolve("data/airports.csv")));
    Files.write(
        folder.resolve("pipeline.yaml"), Files.readAllBytes(example.resolve("pipeline.yaml")));
    String configuration = Files.readString(example.resolve("standpipe.yaml"));
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        configuration.replace("path: data/flights-20k.json", "path: data/flights"));
    return folder;
  }

  Path tenRows() throws IOException {
    Path folder = Files.createDirectories(work.resolve("ten-rows"));
    StringBuilder rows = new StringBuilder("id,name,amount\n");
    for (int i = 0; i < 10; i++) {
      rows.append(i).append(",name").append(i % 3).append(',').append(i * 1.5).append('\n');
    }
    Files.writeString(folder.resolve("in.csv"), rows.toString());
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        storages:
          amounts: {connector: file, format: csv, path: in.csv, schema: "id INT, name STRING, amount DOUBLE"}
          totals: {connector: file, format: parquet, path: out}
        """);
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - read: amounts
          - as: by_name
            sql: SELECT name, count(*) AS n, sum(amount) AS total FROM amounts GROUP BY name
          - {write: totals, from: by_name, mode: overwrite}
        """);
    return folder;
  }

  /** Seconds that the command took, the process as a whole. */
  double standpipe(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    require(start(environment, arguments), arguments);
    return (System.nanoTime() - begin) / 1e9;
  }

  Process start(Map<String, String> environment, String... arguments) throws IOException {
    return process(command(List.of(arguments)), environment);
  }

  /**
   * Seconds that a class of this module took in a JVM of its own, with the folder as its argument
   * and Delta on its class path, where it would keep the plug-in's classes from being found.
   */
  double plain(String className, Path folder) throws IOException, InterruptedException {
    String delta = root.resolve("benchmarks/target/delta").resolve("*").toString();
    return java(
        List.of("-cp", CLASS_PATH + File.pathSeparator + delta),
        "io.standpipe.benchmarks." + className,
        folder.toString());
  }

  /** Seconds that a class took with a heap of this size. */
  double forked(Class<?> main, String heap, String... arguments)
      throws IOException, InterruptedException {
    return java(List.of("-cp", CLASS_PATH, "-Xmx" + heap), main.getName(), arguments);
  }

  private double java(List<String> options, String className, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(moduleOptions);
    command.addAll(options);
    command.add(
        "-Dlog4j2.configurationFile=" + root.resolve("cli/src/main/resources/log4j2.properties"));
    command.add(className);
    command.addAll(List.of(arguments));
    long begin = System.nanoTime();
    require(process(command, Map.of()), className);
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The rows of both result tables of the flights job, in a fixed order. */
  String tables(Path folder) throws IOException, InterruptedException {
    return show(folder, "delays_by_airport", "iata") + show(folder, "delays_by_hour", "hour");
  }

  /** The rows of a storage as JSON lines. */
  String show(Path folder, String storage, String order) throws IOException, InterruptedException {
    Path out = Files.createTempFile(work, "show", ".json");
    List<String> arguments =
        List.of(
            "show",
            storage,
            "--config",
            folder.resolve("standpipe.yaml").toString(),
            "--format",
            "json",
            "--order-by",
            order,
            "--limit",
            "1000000");
    ProcessBuilder builder = new ProcessBuilder(command(arguments));
    builder
        .directory(work.toFile())
        .redirectOutput(out.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    require(builder.start(), "show", storage);
    String rows = Files.readString(out);
    Files.delete(out);
    return rows;
  }

  private List<String> command(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher().toString());
    command.addAll(arguments);
    return command;
  }

  private Path launcher() throws IOException {
    try (Stream<Path> tree = Files.walk(root.resolve("cli/target"), 4)) {
      return tree.filter(
              path -> path.endsWith("bin/standpipe") && path.toString().contains("/standpipe-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private Process process(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    // stdout is for figures only.
    builder
        .directory(work.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("jobs.log").toFile()));
    return builder.start();
  }

  private void require(Process process, String... what) throws InterruptedException {
    int code = process.waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          String.join(" ", what)
              + " ended with exit code "
              + code
              + ", see "
              + work.resolve("jobs.log"));
    }
  }
}
