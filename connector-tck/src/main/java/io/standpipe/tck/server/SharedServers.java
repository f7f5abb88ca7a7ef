package io.standpipe.tck.server;

import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Servers that all tests of a JVM share: one of each kind, started by whoever asks first and closed
 * when the JVM ends. A test that disturbs a server starts one of its own.
 */
public final class SharedServers {
  private static final Map<Class<?>, CompletableFuture<TestServer>> STARTED =
      new ConcurrentHashMap<>();

  private SharedServers() {}

  /**
   * The server of this kind, for example {@code SharedServers.of(PostgresServer.class)}.
   *
   * @throws IllegalStateException if it does not start, each time for the reason of the first
   */
  public static <S extends TestServer> S of(Class<S> kind) {
    try {
      return kind.cast(STARTED.computeIfAbsent(kind, SharedServers::start).join());
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static CompletableFuture<TestServer> start(Class<?> kind) {
    try {
      return CompletableFuture.completedFuture((TestServer) kind.getMethod("start").invoke(null));
    } catch (InvocationTargetException e) {
      return CompletableFuture.failedFuture(e.getCause());
    } catch (ReflectiveOperationException e) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              kind.getName() + " needs a public static method start() without parameters", e));
    }
  }
}
