package io.standpipe.jdbc;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.TaskContext;

/**
 * Looks whether a task has been killed, which a thread that waits for the database does not notice,
 * and then does something about it once. Its thread ends with {@link #close()}.
 */
final class CancelWatch implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 100;

  private final CountDownLatch closed = new CountDownLatch(1);

  /** What came first: the end, or that the task was killed. */
  private final AtomicReference<End> end = new AtomicReference<>();

  private enum End {
    UNDISTURBED,
    KILLED
  }

  /**
   * @param onKill runs in a thread of its own
   */
  CancelWatch(TaskContext task, Runnable onKill) {
    Thread thread =
        new Thread(() -> watch(task, onKill), "standpipe-jdbc-watch-" + task.taskAttemptId());
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(TaskContext task, Runnable onKill) {
    try {
      while (!closed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (task.isInterrupted()) {
          if (end.compareAndSet(null, End.KILLED)) {
            onKill.run();
          }
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it; tells whether nothing was done about a kill, nor ever will be. */
  boolean end() {
    end.compareAndSet(null, End.UNDISTURBED);
    closed.countDown();
    return end.get() == End.UNDISTURBED;
  }

  @Override
  public void close() {
    end();
  }
}
