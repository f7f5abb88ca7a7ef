package io.standpipe.tck.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks a server whether it is up, in its own protocol: an open port alone may be that of a proxy,
 * or of a server that refuses everybody for some seconds more.
 */
@FunctionalInterface
public interface Probe {

  /** Whether the server at the other end is up. */
  boolean answers(Socket connection) throws IOException;

  /** Up once it accepts connections. */
  static Probe connection() {
    return connection -> true;
  }

  /** Up once it answers HTTP, with whatever status. */
  static Probe http() {
    return reply("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), 'H');
  }

  /** Up once its reply to this request starts with this byte. */
  static Probe reply(byte[] request, int start) {
    return connection -> {
      connection.getOutputStream().write(request);
      return connection.getInputStream().read() == start;
    };
  }

  /**
   * Waits until the server on this port of the loopback interface is up.
   *
   * @param server for messages
   * @param ended how the server has ended, empty while it runs
   * @param patience how long it may take
   * @param log what is known about a start that failed
   * @throws IllegalStateException if it ends, or stays silent
   */
  default void await(
      String server,
      int port,
      Supplier<Optional<String>> ended,
      Duration patience,
      Supplier<String> log) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isUp(port)) {
      Optional<String> end = ended.get();
      if (end.isPresent()) {
        throw new IllegalStateException(server + " ended " + end.get() + ". " + log.get());
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s does not answer on port %d after %s. %s"
                .formatted(server, port, patience, log.get()));
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + server + " starts", e);
      }
    }
  }

  private boolean isUp(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(2000);
      return answers(socket);
    } catch (IOException notYet) {
      return false;
    }
  }
}
