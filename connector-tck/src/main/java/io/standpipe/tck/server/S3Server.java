package io.standpipe.tck.server;

import io.standpipe.tck.server.ContainerServer.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;

/**
 * An object store with the interface of Amazon S3 (S3Mock), which takes any credentials. Buckets
 * are addressed by path. It needs about 250 MB and 3 seconds.
 */
public final class S3Server extends KindOfServer {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Image IMAGE = new Image("s3", "adobe/s3mock:5.2.0", Probe.http(), PATIENCE);

  private S3Server(TestServer running) {
    super(running);
  }

  /** A store without buckets. */
  public static S3Server start() {
    return new S3Server(
        switch (Backend.chosen()) {
          case EMBEDDED -> ForkedServer.start("s3", S3Server::launch);
          case CONTAINERS -> ContainerServer.start(IMAGE, S3Server::setUp);
        });
  }

  private static ForkedServer.Launch launch(Path folder) {
    List<Integer> ports = ForkedServer.freePorts(2);
    List<String> command =
        List.of(
            ForkedServer.java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            ServerClassPath.of("s3").text(),
            "com.adobe.testing.s3mock.S3MockApplication",
            "--server.port=" + ports.get(1),
            "--http.port=" + ports.get(0),
            "--com.adobe.testing.s3mock.store.retain-files-on-exit=true",
            "--com.adobe.testing.s3mock.store.root=" + folder.resolve("store"));
    return new ForkedServer.Launch("s3", folder, command, ports.get(0), PATIENCE, Probe.http());
  }

  private static int setUp(GenericContainer<?> container, int port) {
    container.withEnv("COM_ADOBE_TESTING_S3MOCK_STORE_RETAIN_FILES_ON_EXIT", "true");
    return 9090;
  }

  /** For the SDK's endpoint override, and {@code fs.s3a.endpoint}. */
  public String endpoint() {
    return "http://localhost:" + port();
  }
}
