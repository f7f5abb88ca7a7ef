package io.standpipe.pipeline;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The streaming writes of a run. They run at the same time, until all have ended by themselves, the
 * run is told to stop, or one fails: then the others are stopped, too. None goes on after {@link
 * #close()}.
 */
final class Streams implements AutoCloseable {
  private static final long POLL_MILLIS = 50;

  private final Clock clock;
  private final CountDownLatch stop;
  private final List<Started> running = new ArrayList<>();
  private boolean interrupted;

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
   * @param cut whether the run is to end now, so that they are stopped
   */
  void await(BooleanSupplier cut, Consumer<Ended> listener) {
    while (!running.isEmpty()) {
      boolean all = cut.getAsBoolean() || isToldToStop();
      Map<Started, Throwable> stuck =
          stop(running.stream().filter(each -> all || isDue(each)).toList());
      for (Started each : List.copyOf(running)) {
        if (stuck.containsKey(each) || !each.write().isActive()) {
          running.remove(each);
          Optional<Throwable> failure =
              Optional.ofNullable(stuck.get(each)).or(each.write()::failure);
          listener.accept(new Ended(each, failure, cut.getAsBoolean() && failure.isEmpty()));
        }
      }
    }
  }

  private boolean isToldToStop() {
    try {
      return stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      stop.countDown();
      return true;
    }
  }

  /** Stops these; all at the same time, as far as their current batches go. */
  private Map<Started, Throwable> stop(List<Started> streams) {
    streams.forEach(each -> each.write().stopAdmitting());
    Map<Started, Throwable> failures = new LinkedHashMap<>();
    streams.forEach(each -> stop(each.write()).ifPresent(error -> failures.put(each, error)));
    return failures;
  }

  /** Stops one, whatever happens meanwhile; what keeps it from that is returned. */
  @SuppressWarnings("CatchingUnchecked")
  private Optional<Throwable> stop(StreamingWrite stream) {
    while (true) {
      try {
        stream.stop();
        return Optional.empty();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (Exception e) { // Scala throws checked exceptions undeclared
        return Optional.of(e);
      }
    }
  }

  /**
   * Stops those that still run, because something went wrong before they had ended.
   *
   * @throws IllegalStateException if one cannot be stopped; with what was thrown as suppressed
   */
  @Override
  public void close() {
    Map<Started, Throwable> stuck = stop(running);
    running.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!stuck.isEmpty()) {
      IllegalStateException failure = new IllegalStateException("streams could not be stopped");
      stuck.values().forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private boolean isDue(Started started) {
    return started.end().filter(end -> !clock.instant().isBefore(end)).isPresent();
  }
}
