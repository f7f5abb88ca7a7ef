package io.standpipe.hudi;

import io.standpipe.spi.ConnectorException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets the writes of this process to one table wait for one another: with a single writer Hudi
 * takes an unfinished write for a failed one, and removes it.
 */
final class TableLock {
  private static final Map<String, TableLock> LOCKS = new ConcurrentHashMap<>();

  private final String label;
  private final ReentrantLock lock = new ReentrantLock(true);

  private TableLock(String label) {
    this.label = label;
  }

  static TableLock of(TableAddress address) {
    String path = new org.apache.hadoop.fs.Path(address.path()).toUri().getPath();
    return LOCKS.computeIfAbsent(path, key -> new TableLock(address.label()));
  }

  /** What is done while the lock is held. */
  @FunctionalInterface
  interface Action<T> {
    T run();
  }

  <T> T holding(Action<T> action) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectorException(
          "cannot write to " + label + ": interrupted while another write was running",
          "Nothing was committed. Run again.",
          e);
    }
    try {
      return action.run();
    } finally {
      lock.unlock();
    }
  }
}
