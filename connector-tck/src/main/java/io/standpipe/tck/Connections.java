package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The connections to a server that are open, of all processes in this network: the server is the
 * kit's own.
 *
 * @param port of the server
 */
record Connections(int port) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ESTABLISHED = "01";

  /** By the clients' addresses. */
  Set<String> open() {
    String server = ":%04X".formatted(port);
    Set<String> found = new TreeSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try (Stream<String> lines = Files.lines(Path.of(table))) {
        lines
            .map(line -> line.strip().split("\\s+"))
            .filter(fields -> fields[2].endsWith(server) && fields[3].equals(ESTABLISHED))
            .forEach(fields -> found.add(fields[1]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /**
   * Waits until those that were opened since then are closed.
   *
   * @param before what was open then
   * @param most how many may be left
   */
  void awaitRelease(Set<String> before, int most) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Set<String> left = open();
              left.removeAll(before);
              assertThat(left).hasSizeLessThanOrEqualTo(most);
            });
  }
}
