package io.standpipe.tck.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Kafka broker in a process of its own, with a plain listener; its class path is that of the
 * server {@code kafka}.
 */
final class KafkaProcess {
  private static final String CLUSTER = "c3RhbmRwaXBlLXRlc3QtMQ";

  private KafkaProcess() {}

  /**
   * How a broker without topics is started, whose storage this formats.
   *
   * @param folder of its data
   * @param listeners further listeners, {@code NAME:PROTOCOL} to port
   * @param more further properties, as lines
   */
  static ForkedServer.Launch prepare(Path folder, Map<String, Integer> listeners, String more) {
    List<Integer> ports = ForkedServer.freePorts(2);
    Path properties =
        Resource.write(
            folder.resolve("server.properties"), properties(folder, ports, listeners) + more);
    run(folder, java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", properties + ""));
    return new ForkedServer.Launch(
        "kafka",
        folder,
        java("kafka.Kafka", properties.toString()),
        ports.get(0),
        KafkaServer.PATIENCE,
        KafkaServer.PROBE);
  }

  private static List<String> java(String... mainAndArguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ForkedServer.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ServerClassPath.of("kafka").text()));
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private static String properties(
      Path folder, List<Integer> ports, Map<String, Integer> listeners) {
    StringBuilder addresses = new StringBuilder("PLAIN://127.0.0.1:" + ports.get(0));
    StringBuilder protocols = new StringBuilder("PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT");
    listeners.forEach(
        (listener, port) -> {
          String name = listener.substring(0, listener.indexOf(':'));
          addresses.append(",").append(name).append("://127.0.0.1:").append(port);
          protocols.append(",").append(listener);
        });
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%d
        listeners=%s,CONTROLLER://127.0.0.1:%d
        advertised.listeners=%s
        listener.security.protocol.map=%s
        inter.broker.listener.name=PLAIN
        controller.listener.names=CONTROLLER
        log.dirs=%s
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        broker.session.timeout.ms=1500
        broker.heartbeat.interval.ms=300
        """
        .formatted(
            ports.get(1), addresses, ports.get(1), addresses, protocols, folder.resolve("data"));
  }

  /**
   * Runs a program that prepares the broker.
   *
   * @throws IllegalStateException if it fails, with its output
   */
  static void run(Path folder, List<String> command) {
    Path log = folder.resolve("prepare.log");
    try {
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "kafka cannot be prepared, code " + code + ": " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kafka is prepared", e);
    }
  }
}
