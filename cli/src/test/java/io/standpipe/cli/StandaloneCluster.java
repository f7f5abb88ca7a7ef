package io.standpipe.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster: a master and two workers, processes of their own that know the JARs
 * of a Spark distribution and nothing else.
 */
final class StandaloneCluster implements AutoCloseable {
  private final Path home;
  private final String master;
  private final List<Process> processes = new ArrayList<>();

  private StandaloneCluster(Path home, String master) {
    this.home = home;
    this.master = master;
  }

  static StandaloneCluster start(Path folder, Path distribution) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    try (Stream<Path> all = Files.list(distribution.resolve("lib"))) {
      for (Path jar : all.toList()) {
        if (!jar.getFileName()
            .toString()
            .matches("(standpipe-|pf4j|picocli|java-semver|spark-avro).*")) {
          Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar.toAbsolutePath());
        }
      }
    }
    writeSparkSubmit(folder.resolve("spark/bin"));
    int port = freePort();
    StandaloneCluster cluster =
        new StandaloneCluster(folder.resolve("spark"), "spark://127.0.0.1:" + port);
    Path masterLog =
        cluster.fork(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            "" + port,
            "--webui-port",
            "0");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(masterLog).contains("I have been elected leader"));
    for (String worker : List.of("worker1", "worker2")) {
      cluster.fork(
          worker,
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          "127.0.0.1",
          "--webui-port",
          "0",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          folder.resolve(worker).toString(),
          cluster.master);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Files.readAllLines(masterLog).stream()
                        .filter(line -> line.contains("Registering worker"))
                        .count()
                    == 2);
    return cluster;
  }

  String master() {
    return master;
  }

  /** As {@code bin/spark-class} of a Spark distribution, which is in no JAR. */
  private static void writeSparkSubmit(Path bin) throws IOException {
    Path script = Files.createDirectories(bin).resolve("spark-submit");
    Files.writeString(
        script,
        """
        #!/usr/bin/env bash
        set -eu
        command=()
        {
          IFS= read -r start
          while IFS= read -r -d '' word; do command+=("$word"); done
        } < <("$JAVA_HOME/bin/java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
                org.apache.spark.deploy.SparkSubmit "$@")
        exec "${command[@]}"
        """);
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + script + " executable");
    }
  }

  /** Runs a shell script that calls {@code spark-submit}, as on a machine with this Spark. */
  Launcher.Result shell(Path folder, String script) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-euc", script).directory(folder.toFile());
    environment(builder);
    builder.environment().merge("PATH", home.resolve("bin") + ":", (path, bin) -> bin + path);
    return Launcher.run(builder);
  }

  private void environment(ProcessBuilder builder) {
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "JAVA_HOME",
                System.getProperty("java.home")));
  }

  private Path fork(String name, String... command) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-cp", home.resolve("jars") + "/*"));
    line.addAll(List.of(command));
    Path log = home.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    environment(builder);
    processes.add(builder.start());
    return log;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    // Executors are children of the workers.
    processes.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    processes.forEach(Process::destroyForcibly);
  }
}
