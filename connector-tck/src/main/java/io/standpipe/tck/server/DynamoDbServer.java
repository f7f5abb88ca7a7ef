package io.standpipe.tck.server;

import io.standpipe.tck.server.ContainerServer.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;

/**
 * DynamoDB Local, which takes any credentials and region, and never throttles. It needs about 180
 * MB and a second.
 */
public final class DynamoDbServer extends KindOfServer {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Image IMAGE =
      new Image("dynamodb", "amazon/dynamodb-local:2.6.1", Probe.http(), PATIENCE);
  private static final List<String> OPTIONS = List.of("-sharedDb", "-disableTelemetry", "-dbPath");

  private DynamoDbServer(TestServer running) {
    super(running);
  }

  /** A server without tables. */
  public static DynamoDbServer start() {
    return new DynamoDbServer(
        switch (Backend.chosen()) {
          case EMBEDDED -> ForkedServer.start("dynamodb", DynamoDbServer::launch);
          case CONTAINERS -> ContainerServer.start(IMAGE, DynamoDbServer::setUp);
        });
  }

  private static ForkedServer.Launch launch(Path folder) {
    int port = ForkedServer.freePorts(1).get(0);
    List<String> command =
        new ArrayList<>(
            List.of(
                ForkedServer.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ServerClassPath.of("dynamodb").text(),
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                "-port",
                "" + port));
    command.addAll(OPTIONS);
    command.add(folder.toString());
    return new ForkedServer.Launch("dynamodb", folder, command, port, PATIENCE);
  }

  private static int setUp(GenericContainer<?> container, int port) {
    List<String> command = new ArrayList<>(List.of("-jar", "DynamoDBLocal.jar"));
    command.addAll(OPTIONS);
    command.add(".");
    container.withCommand(command.toArray(String[]::new));
    return 8000;
  }

  /** For the SDK's endpoint override. */
  public String endpoint() {
    return "http://localhost:" + port();
  }
}
