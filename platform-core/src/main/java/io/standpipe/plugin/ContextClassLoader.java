package io.standpipe.plugin;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sets the thread context class loader around calls into plug-ins and in the threads that the
 * platform makes.
 *
 * <p>Spark looks up data sources and deserializes through the context class loader. It must
 * therefore be {@link PluginRuntime#unionLoader()} from before the session is built, around every
 * SPI call, and in every thread that touches the session. Plug-in authors never set it.
 */
public final class ContextClassLoader {
  private ContextClassLoader() {}

  /** A computation that may throw. */
  @FunctionalInterface
  public interface Computation<T, E extends Exception> {
    /** Computes the value. */
    T call() throws E;
  }

  /** A step that may throw. */
  @FunctionalInterface
  public interface Step<E extends Exception> {
    /** Does it. */
    void run() throws E;
  }

  /**
   * Computes with {@code loader} as the context class loader of this thread and then puts back the
   * one that was there, also if the computation throws.
   */
  public static <T, E extends Exception> T call(ClassLoader loader, Computation<T, E> computation)
      throws E {
    Objects.requireNonNull(loader, "loader");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return computation.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** As {@link #call}, without a value. */
  public static <E extends Exception> void run(ClassLoader loader, Step<E> step) throws E {
    call(
        loader,
        () -> {
          step.run();
          return Boolean.TRUE;
        });
  }

  /**
   * Makes daemon threads named {@code prefix-1}, {@code prefix-2} and so on that have {@code
   * loader} as their context class loader.
   */
  public static ThreadFactory threads(ClassLoader loader, String prefix) {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(prefix, "prefix");
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, prefix + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      thread.setContextClassLoader(loader);
      return thread;
    };
  }

  /** Runs every task of {@code executor}, whose threads somebody else made, with {@code loader}. */
  public static Executor executor(ClassLoader loader, Executor executor) {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(executor, "executor");
    return task -> executor.execute(() -> run(loader, task::run));
  }
}
