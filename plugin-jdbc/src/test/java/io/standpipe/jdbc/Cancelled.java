package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;

import io.standpipe.spi.WriteResult;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A write in a thread of its own, which is cancelled as the platform does it. */
final class Cancelled {
  /** Longer than it may take, and much shorter than a lock that nobody gives back. */
  private static final long SECONDS = 15;

  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final String group;
  private final FutureTask<WriteResult> write;
  private final Thread thread;

  private Cancelled(String group, Callable<WriteResult> work) {
    this.group = group;
    this.write = new FutureTask<>(() -> run(work));
    this.thread = new Thread(write, "cancelled-" + group);
    thread.setDaemon(true);
    thread.start();
  }

  static Cancelled begin(String group, Callable<WriteResult> work) {
    return new Cancelled(group, work);
  }

  private WriteResult run(Callable<WriteResult> work) throws Exception {
    SPARK.sparkContext().setJobGroup(group, "is cancelled", true);
    try {
      return work.call();
    } finally {
      interrupted.set(Thread.currentThread().isInterrupted());
    }
  }

  /** Once, which is less than the platform does. */
  void cancel() {
    SPARK.sparkContext().cancelJobGroup(group);
    thread.interrupt();
  }

  /** Whether the thread still knows of it. */
  boolean wasInterrupted() {
    return interrupted.get();
  }

  /** Cancels it again and again, and returns why it failed, if it did. */
  Optional<Throwable> end() throws InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS)) {
      cancel();
      try {
        write.get(200, TimeUnit.MILLISECONDS);
        return Optional.empty();
      } catch (ExecutionException e) {
        return Optional.of(e.getCause());
      } catch (TimeoutException e) {
        // Not yet.
      }
    }
    throw new AssertionError("a write that was cancelled does not end");
  }

  /** What came of it when nobody disturbs it any more. */
  WriteResult result() throws Exception {
    return write.get(SECONDS, TimeUnit.SECONDS);
  }
}
