package io.standpipe.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and a server on this machine, and does to their connections what it is
 * told.
 */
final class FaultProxy implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;

  private final int target;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong toServer = new AtomicLong(NEVER);
  private final AtomicLong toClient = new AtomicLong(NEVER);
  private volatile long delayMillis;
  private volatile long refusingUntil;
  private final Set<Socket> unanswered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answersToLose = new AtomicInteger();
  private volatile long commitMillis;

  private FaultProxy(int target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /** A proxy for the server at this port. */
  static FaultProxy before(int port) throws IOException {
    FaultProxy proxy =
        new FaultProxy(port, new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
    proxy.thread("accept", proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Cuts all connections once so many more bytes have gone to the server. */
  void cutAfterSending(long bytes) {
    toServer.set(bytes);
  }

  /** Cuts all connections once so many more bytes have come from the server. */
  void cutAfterReceiving(long bytes) {
    toClient.set(bytes);
  }

  /** Holds every packet back for this time. */
  void delay(long millis) {
    delayMillis = millis;
  }

  /** Cuts all connections and refuses new ones for this time. */
  void refuse(long millis) {
    refusingUntil = System.currentTimeMillis() + millis;
    cutAll();
  }

  /**
   * Lets the answer to the next commit vanish, and cuts all connections after that.
   *
   * @param millis how much time the server has for the commit
   */
  void loseAnswerToCommit(long millis) {
    commitMillis = millis;
    answersToLose.set(1);
  }

  /** Whether an answer that was to be lost is lost. */
  boolean hasLostAnswer() {
    return answersToLose.get() < 0;
  }

  /** Lets everything pass again. */
  void heal() {
    toServer.set(NEVER);
    toClient.set(NEVER);
    delayMillis = 0;
    answersToLose.set(0);
    refusingUntil = 0;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (System.currentTimeMillis() < refusingUntil) {
          client.setSoLinger(true, 0);
          client.close();
          continue;
        }
        Socket server = server(client);
        open.add(client);
        open.add(server);
        thread("up", () -> copy(client, server, toServer));
        thread("down", () -> copy(server, client, toClient));
      } catch (IOException e) {
        // The server is down, or this is closed: the client sees a connection that ends.
      }
    }
  }

  private Socket server(Socket client) throws IOException {
    try {
      return new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private static boolean isCommit(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
  }

  private void copy(Socket from, Socket to, AtomicLong left) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        if (delayMillis > 0) {
          Thread.sleep(delayMillis);
        }
        boolean losesAnswer =
            left == toServer && isCommit(buffer, n) && answersToLose.compareAndSet(1, -1);
        if (losesAnswer) {
          unanswered.add(from);
        } else if (unanswered.contains(to)) {
          continue;
        }
        out.write(buffer, 0, n);
        out.flush();
        if (losesAnswer) {
          Thread.sleep(commitMillis);
          cutAll();
        }
        int sent = n;
        if (left.get() != NEVER && left.updateAndGet(it -> it == NEVER ? NEVER : it - sent) <= 0) {
          left.set(NEVER);
          cutAll();
        }
      }
    } catch (IOException e) {
      // It was cut, by us or by one of them.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
      open.remove(to);
      unanswered.remove(to);
    }
  }

  private void cutAll() {
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // It is closed already.
      }
    }
  }

  private void thread(String name, Runnable work) {
    Thread thread = new Thread(work, "fault proxy " + name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cutAll();
  }
}
