package io.standpipe.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.MDC;

/**
 * Does work in a thread of its own, because this one may be interrupted at any time, and drivers
 * refuse to connect in a thread that is, or databases stop. An interrupt is kept for the caller.
 */
final class Uninterrupted {
  /** How long somebody who was interrupted waits for the end. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final ThreadLocal<BooleanSupplier> CURRENT = new ThreadLocal<>();

  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final boolean isCancellable;

  private Uninterrupted(boolean isCancellable) {
    this.isCancellable = isCancellable;
  }

  /** Work that ends soon after it is cancelled. */
  @FunctionalInterface
  interface Work<T> {
    T run(BooleanSupplier cancelled) throws SQLException;
  }

  /**
   * Does what must be done even if this thread has been interrupted, but then waits a few seconds
   * only. Returns what the work returns, or throws what it throws.
   *
   * @throws SQLException also if this thread was interrupted and the work has not ended; it is then
   *     cancelled
   */
  static <T> T call(Work<T> work) throws SQLException {
    return new Uninterrupted(false).run(work);
  }

  /** Does what is cancelled if this thread is interrupted, and waits for the end in any case. */
  static <T> T cancellable(Work<T> work) throws SQLException {
    return new Uninterrupted(true).run(work);
  }

  /** Whether the work that this thread does is cancelled, if it is such a thread. */
  static Optional<BooleanSupplier> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  private <T> T run(Work<T> work) throws SQLException {
    Map<String, String> context = MDC.getCopyOfContextMap();
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              MDC.setContextMap(context == null ? Map.of() : context);
              CURRENT.set(cancelled::get);
              return work.run(cancelled::get);
            });
    Thread thread = new Thread(task, "standpipe-jdbc-uninterrupted");
    thread.setDaemon(true);
    thread.start();
    return await(task);
  }

  private <T> T await(FutureTask<T> task) throws SQLException {
    boolean interrupted = false;
    long deadline = 0;
    try {
      while (true) {
        try {
          return interrupted && !isCancellable
              ? task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
              : task.get();
        } catch (InterruptedException e) {
          deadline = interrupted ? deadline : System.nanoTime() + PATIENCE.toNanos();
          interrupted = true;
          cancelled.set(isCancellable);
        }
      }
    } catch (TimeoutException e) {
      cancelled.set(true);
      throw new SQLException(
          "interrupted, and the database has not answered", CancelWatch.CANCELLED, e);
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whatever it was: Spark throws exceptions that it does not declare. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> SQLException rethrown(ExecutionException failure) throws E {
    throw (E) failure.getCause();
  }
}
