package io.standpipe.tck.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A real server on the loopback interface, which a test uses and disturbs. What it has acknowledged
 * survives {@link #kill()}. Where it runs is the {@link Backend}'s affair; to a test there is no
 * difference.
 *
 * <p>A type of its own for each server knows how it is started, by a static method {@code start()}
 * without parameters. Not thread-safe: one thread disturbs a server.
 *
 * <pre>{@code
 * try (PostgresServer postgres = PostgresServer.start()) {
 *   // ... write half of the rows ...
 *   postgres.kill();
 *   postgres.restart();
 *   // ... write them again: nothing is there twice ...
 * }
 * }</pre>
 */
public interface TestServer extends AutoCloseable {

  /** The port on which it answers, the same after each restart. */
  int port();

  /** The port on the loopback interface. */
  default InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  /** Ends it as a crash would: nothing is flushed or said goodbye to. */
  void kill();

  /**
   * Starts it again, on the same data and port, and returns when it answers.
   *
   * @throws IllegalStateException if it is running, is closed, or does not come up
   */
  void restart();

  /** Stops it without ending it: connections stay open and nobody answers. */
  void freeze();

  /** Lets a frozen server go on. */
  void thaw();

  /** Ends the server and removes its data. A second call does nothing. */
  @Override
  void close();
}
