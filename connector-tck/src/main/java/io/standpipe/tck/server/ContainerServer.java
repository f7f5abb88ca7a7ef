package io.standpipe.tck.server;

import com.github.dockerjava.api.DockerClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * A server in a container, on a port of the loopback interface that stays the same when the
 * container is started again.
 */
final class ContainerServer implements TestServer {
  private static final int LOG_LENGTH = 6_000;

  /** By this label {@code ci/containers} finds the containers that a run has left. */
  private static final String RUN = "io.standpipe.run";

  private final Image image;
  private final int port;
  private final GenericContainer<?> container;
  private boolean frozen;

  /**
   * A server's image.
   *
   * @param name of the server; the system property {@code servers.image.NAME} names another image
   * @param published the image that is used without it
   * @param probe tells whether the server is up
   * @param patience how long a start may take, once the image is there
   */
  record Image(String name, String published, Probe probe, Duration patience) {
    String chosen() {
      return System.getProperty("servers.image." + name, published);
    }
  }

  /** What a container gets before it is started. */
  interface Setup {
    /**
     * @param port where the server answers on the host
     * @return where it listens in the container
     */
    int apply(GenericContainer<?> container, int port);
  }

  /** The servers wait by their probes. */
  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }

  @SuppressWarnings("resource")
  private ContainerServer(Image image, Setup setup) {
    this.image = image;
    this.port = ForkedServer.freePorts(1).get(0);
    this.container =
        new GenericContainer<>(image.chosen())
            .withLabel(RUN, System.getProperty("servers.run", ""))
            .waitingFor(new NoWait());
    int inside = setup.apply(container, port);
    container.setPortBindings(List.of("127.0.0.1:" + port + ":" + inside));
  }

  /**
   * Starts a server and returns when it answers.
   *
   * @throws IllegalStateException if there is no such image or the server does not come up
   */
  static ContainerServer start(Image image, Setup setup) {
    ContainerServer server = new ContainerServer(image, setup);
    try {
      server.container.start();
      server.await();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw new IllegalStateException(
          "cannot start %s from the image %s: %s. Set another image by -Dservers.image.%s, or use -Dservers=embedded."
              .formatted(image.name(), image.chosen(), e.getMessage(), image.name()),
          e);
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void kill() {
    thawIfFrozen();
    docker().killContainerCmd(id()).exec();
    docker().waitContainerCmd(id()).start().awaitStatusCode();
  }

  @Override
  public void restart() {
    if (container.getContainerId() == null || running()) {
      throw new IllegalStateException(
          image.name() + (running() ? " is running: kill it first" : " is closed"));
    }
    docker().startContainerCmd(id()).exec();
    await();
  }

  @Override
  public void freeze() {
    docker().pauseContainerCmd(id()).exec();
    frozen = true;
  }

  @Override
  public void thaw() {
    docker().unpauseContainerCmd(id()).exec();
    frozen = false;
  }

  @Override
  public void close() {
    // A second stop, and one before the start, do nothing.
    if (container.getContainerId() != null) {
      thawIfFrozen();
    }
    container.stop();
  }

  private void thawIfFrozen() {
    if (frozen) {
      thaw();
    }
  }

  private void await() {
    image.probe().await(image.name(), port, this::end, image.patience(), this::endOfLog);
  }

  private Optional<String> end() {
    return running() ? Optional.empty() : Optional.of("in its container");
  }

  private String endOfLog() {
    String log = container.getLogs();
    return "The end of its log:\n" + log.substring(Math.max(0, log.length() - LOG_LENGTH)).strip();
  }

  private boolean running() {
    return container.getContainerId() != null
        && Boolean.TRUE.equals(docker().inspectContainerCmd(id()).exec().getState().getRunning());
  }

  private String id() {
    return container.getContainerId();
  }

  private DockerClient docker() {
    return container.getDockerClient();
  }
}
