package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a database does for somebody who has been cancelled, which a thread that waits for the
 * database does not notice. The server is told to cancel what runs on the connection, again and
 * again, because that may come between two statements; after a while the connection is aborted. A
 * commit is not cancelled, so that its outcome is known if it ends in that while. Its thread ends
 * with {@link #close()}.
 */
final class CancelWatch implements AutoCloseable {
  /** SQL state of a statement that was cancelled. */
  static final String CANCELLED = "57014";

  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
  private static final long INTERVAL_MILLIS = 100;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Connection connection;
  private final Cancel cancel;
  private final BooleanSupplier cancelled;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);

  private enum State {
    WORKING,
    COMMITTING,
    CANCELLED,
    ENDED
  }

  /** Tells the server to end a statement. */
  @FunctionalInterface
  interface Cancel {
    void run() throws SQLException;
  }

  /** Watches a connection that this thread uses, whatever runs on it. */
  CancelWatch(Connection connection, Dialect dialect, BooleanSupplier cancelled) {
    this(connection, cancellation(connection, dialect, Thread.currentThread()), cancelled);
  }

  /**
   * Watches a connection.
   *
   * @param cancel called by another thread, perhaps several times
   * @param cancelled asked again and again by another thread
   */
  CancelWatch(Connection connection, Cancel cancel, BooleanSupplier cancelled) {
    this.connection = connection;
    this.cancel = cancel;
    this.cancelled = cancelled;
    start(this::watch, "standpipe-jdbc-watch");
  }

  private static Cancel cancellation(Connection connection, Dialect dialect, Thread user) {
    return () -> dialect.cancel(connection, user);
  }

  private static Thread start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * Whether the task of this thread was killed or, on the driver, its work cancelled or this thread
   * interrupted.
   */
  static BooleanSupplier thisThread() {
    TaskContext task = TaskContext.get();
    return task != null
        ? task::isInterrupted
        : Uninterrupted.current().orElse(Thread.currentThread()::isInterrupted);
  }

  private void watch() {
    try {
      while (!closed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (cancelled.getAsBoolean()) {
          stop();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() throws InterruptedException {
    long begin = System.nanoTime();
    boolean cancels = state.compareAndSet(State.WORKING, State.CANCELLED);
    Optional<Thread> telling = Optional.empty();
    long interval = INTERVAL_MILLIS;
    boolean ended;
    do {
      if (cancels && telling.filter(Thread::isAlive).isEmpty()) {
        // A server that does not answer must not keep this thread from aborting.
        telling = Optional.of(start(this::cancel, "standpipe-jdbc-cancel"));
      }
      ended = closed.await(interval, TimeUnit.MILLISECONDS);
      interval *= 2; // each time costs the server a connection
    } while (!ended && System.nanoTime() - begin < GRACE.toNanos());
    if (!ended && (cancels || state.compareAndSet(State.COMMITTING, State.CANCELLED))) {
      abort();
    }
  }

  private void cancel() {
    try {
      cancel.run();
    } catch (SQLException e) {
      LOG.debug("The server could not be told to cancel a statement", e);
    }
  }

  /** A server that waits for a lock notices only later, and then undoes the transaction. */
  private void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.warn("A connection that was cancelled could not be aborted: {}", SqlErrors.text(e));
    }
  }

  /**
   * Commits. Whoever was cancelled before has committed nothing; after that the commit is left
   * alone for a while.
   */
  void commit() throws SQLException {
    if (!state.compareAndSet(State.WORKING, State.COMMITTING)) {
      throw new SQLException("cancelled before the commit", CANCELLED);
    }
    connection.commit();
  }

  /** Ends it; tells whether nothing was done about a cancel, nor ever will be. */
  boolean end() {
    state.compareAndSet(State.WORKING, State.ENDED);
    state.compareAndSet(State.COMMITTING, State.ENDED);
    closed.countDown();
    return state.get() == State.ENDED;
  }

  @Override
  public void close() {
    end();
  }
}
