package io.standpipe.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.util.SignalUtils;

/**
 * Ctrl-C and SIGTERM during a run: the first one ends it in an orderly way, the second one ends the
 * process as it would without this.
 */
final class StopSignals {
  private StopSignals() {}

  /** Calls {@code stop}, which must return at once, at the first signal. */
  static void first(Runnable stop) {
    AtomicBoolean stopping = new AtomicBoolean();
    for (String signal : new String[] {"INT", "TERM"}) {
      SignalUtils.register(
          signal,
          "cannot handle the signal " + signal,
          false,
          () -> {
            boolean first = stopping.compareAndSet(false, true);
            if (first) {
              stop.run();
            }
            return first;
          });
    }
  }
}
