package io.standpipe.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster: a master and two workers, processes of their own that know Spark's
 * JARs and nothing else.
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
        if (!jar.getFileName().toString().matches("(standpipe-|pf4j|picocli|java-semver).*")) {
          Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar.toAbsolutePath());
        }
      }
    }
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

  private Path fork(String name, String... command) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx512m"));
    line.addAll(List.of("-cp", home.resolve("jars") + "/*"));
    line.addAll(List.of(command));
    Path log = home.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
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
