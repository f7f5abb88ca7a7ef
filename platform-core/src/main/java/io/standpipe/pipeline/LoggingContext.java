package io.standpipe.pipeline;

import java.util.Map;
import org.slf4j.MDC;

/**
 * What log lines of a run say, in whatever thread: what those of the thread said that made it, and
 * besides {@code run} and {@code node}.
 */
final class LoggingContext {
  private final String run;

  /** Null if there is nothing. */
  private final Map<String, String> caller = MDC.getCopyOfContextMap();

  LoggingContext(String run) {
    this.run = run;
  }

  /** Work of a node. */
  @FunctionalInterface
  interface Work<E extends Exception> {
    void run() throws E;
  }

  /** Does the work in this context. */
  <E extends Exception> void within(String node, Work<E> work) throws E {
    Map<String, String> before = MDC.getCopyOfContextMap();
    set(caller);
    MDC.put("run", run);
    MDC.put("node", node);
    try {
      work.run();
    } finally {
      set(before);
    }
  }

  private static void set(Map<String, String> context) {
    MDC.clear();
    if (context != null) {
      MDC.setContextMap(context);
    }
  }
}
