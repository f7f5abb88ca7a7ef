package io.standpipe.pipeline;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The streaming writes of a run. They run at the same time, until all have ended by themselves, the
 * run is told to stop, or one fails: then the others are stopped, too.
 */
final class Streams {
  private static final long POLL_MILLIS = 50;

  private final Clock clock;
  private final CountDownLatch stop;
  private final List<Started> running = new ArrayList<>();

  /**
   * A write that was started.
   *
   * @param at when
   * @param end when it is to be stopped
   */
  record Started(Plan.Node node, StreamingWrite write, Instant at, Optional<Instant> end) {}

  /**
   * A write that ended.
   *
   * @param failure why it failed, if it did
   * @param cutShort whether it was stopped because another one failed
   */
  record Ended(Started started, Optional<Throwable> failure, boolean cutShort) {}

  /**
   * @param stop counted down when the run is to stop
   */
  Streams(Clock clock, CountDownLatch stop) {
    this.clock = clock;
    this.stop = stop;
  }

  /** Adds a write that was started now. */
  void add(Plan.Node node, StreamingWrite write, StreamSettings settings) {
    Instant now = clock.instant();
    running.add(new Started(node, write, now, settings.stopAfter().map(now::plus)));
  }

  /**
   * Waits until all have ended, and says so of each.
   *
   * @param failed whether the run has failed already, so that they are stopped at once
   */
  void await(boolean failed, Consumer<Ended> listener) {
    boolean cutShort = failed;
    boolean interrupted = false;
    while (!running.isEmpty()) {
      boolean stopAll = cutShort;
      try {
        stopAll = cutShort || stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
        stop.countDown();
      }
      boolean all = stopAll;
      running.stream().filter(each -> all || isDue(each)).forEach(each -> each.write().stop());
      for (Started each : List.copyOf(running)) {
        if (!each.write().isActive()) {
          running.remove(each);
          Optional<Throwable> failure = each.write().failure();
          listener.accept(new Ended(each, failure, cutShort && failure.isEmpty()));
          cutShort = cutShort || failure.isPresent();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDue(Started started) {
    return started.end().filter(end -> !clock.instant().isBefore(end)).isPresent();
  }
}
