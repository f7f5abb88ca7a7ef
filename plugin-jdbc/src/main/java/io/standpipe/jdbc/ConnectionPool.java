package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The idle connections of this process, by the settings that they were opened with: the storages of
 * a driver share them, and so do the tasks of an executor. Only a connection whose user succeeded
 * comes here, without a transaction; whoever takes it gets it with the settings of a new one.
 *
 * <p>It does not limit how many are in use: Spark's cores and the pipeline's nodes do, and a task
 * that writes what it reads would wait for a connection that it holds itself. It has no thread but
 * the one that closes what was idle too long, which ends at once.
 */
final class ConnectionPool {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);
  private static final Executor THREAD =
      command -> {
        Thread thread = new Thread(command, "standpipe-jdbc-idle");
        thread.setDaemon(true);
        thread.start();
      };
  private static final ConnectionPool SHARED = new ConnectionPool();

  /** The one given back last comes first; guarded by this. */
  private final Map<ConnectionSettings, Deque<Idle>> shelves = new HashMap<>();

  private record Idle(Connection connection, long opened, long since) {}

  private ConnectionPool() {}

  /** A connection in auto-commit mode, which is new or as good as new. */
  static Lease take(ConnectionSettings settings) throws SQLException {
    Optional<Idle> idle = SHARED.next(settings);
    if (idle.isPresent()) {
      Connection connection = idle.get().connection();
      try {
        settings.renew(connection);
        return new Lease(settings, connection, idle.get().opened());
      } catch (SQLException e) {
        LOG.debug("An idle connection to {} has broken", settings.location(), e);
        close(List.of(connection));
        // What broke it, for example a restart of the server, has broken the others too.
        drain(settings);
      }
    }
    return new Lease(settings, settings.open(), System.nanoTime());
  }

  /** Closes the idle connections with these settings. */
  static void drain(ConnectionSettings settings) {
    close(SHARED.removeIdleFor(settings, Duration.ZERO));
  }

  private synchronized Optional<Idle> next(ConnectionSettings settings) {
    return Optional.ofNullable(shelves.get(settings)).map(Deque::poll);
  }

  private synchronized boolean keep(ConnectionSettings settings, Idle idle) {
    PoolConfig limits = settings.pool();
    boolean young = System.nanoTime() - idle.opened() < limits.maxLifetime().toNanos();
    Deque<Idle> shelf = shelves.get(settings);
    if (!young || limits.size() <= (shelf == null ? 0 : shelf.size())) {
      return false;
    } else if (shelf == null) {
      shelf = new ArrayDeque<>();
      shelves.put(settings, shelf);
      sweepAfter(settings, limits.idleTime().toNanos());
    }
    shelf.push(idle);
    return true;
  }

  private void sweepAfter(ConnectionSettings settings, long nanos) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, THREAD)
        .execute(() -> sweep(settings));
  }

  private void sweep(ConnectionSettings settings) {
    close(removeIdleFor(settings, settings.pool().idleTime()));
    sweepAgain(settings);
  }

  /** Unless nothing is left. */
  private synchronized void sweepAgain(ConnectionSettings settings) {
    Deque<Idle> shelf = shelves.get(settings);
    if (shelf.isEmpty()) {
      shelves.remove(settings);
    } else {
      long idle = System.nanoTime() - shelf.getLast().since();
      sweepAfter(settings, Math.max(settings.pool().idleTime().toNanos() - idle, 0));
    }
  }

  private synchronized List<Connection> removeIdleFor(ConnectionSettings settings, Duration time) {
    List<Connection> removed = new ArrayList<>();
    Deque<Idle> shelf = shelves.getOrDefault(settings, new ArrayDeque<>());
    long now = System.nanoTime();
    while (!shelf.isEmpty() && now - shelf.getLast().since() >= time.toNanos()) {
      removed.add(shelf.removeLast().connection());
    }
    return removed;
  }

  private static void close(Collection<Connection> connections) {
    for (Connection connection : connections) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("A connection was broken when it was closed", e);
      }
    }
  }

  /** A connection in use, by one thread. Closing it closes the connection, unless given back. */
  static final class Lease implements AutoCloseable {
    private final ConnectionSettings settings;
    private final Connection connection;
    private final long opened;
    private boolean ended;

    private Lease(ConnectionSettings settings, Connection connection, long opened) {
      this.settings = settings;
      this.connection = connection;
      this.opened = opened;
    }

    Connection connection() {
      return connection;
    }

    /**
     * Ends a use in which nothing failed and nothing is left to come: no open COPY or result, and
     * no other thread that could cancel it. A transaction that is open is rolled back.
     */
    void giveBack() {
      try {
        if (!connection.getAutoCommit()) {
          connection.rollback();
          connection.setAutoCommit(true);
        }
        ended = SHARED.keep(settings, new Idle(connection, opened, System.nanoTime()));
      } catch (SQLException e) {
        LOG.debug("A connection to {} has broken after its use", settings.location(), e);
      }
    }

    @Override
    public void close() {
      if (!ended) {
        ended = true;
        ConnectionPool.close(List.of(connection));
      }
    }
  }
}
