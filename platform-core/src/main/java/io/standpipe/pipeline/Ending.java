package io.standpipe.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Whether a run ends before its time, and why. Thread-safe. */
final class Ending {
  private final Clock clock;
  private final Optional<Instant> deadline;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Optional<String> why = Optional.empty();

  /**
   * @param limit how long the run may take, from now
   */
  Ending(Clock clock, Optional<Duration> limit) {
    this.clock = clock;
    this.deadline = limit.map(clock.instant()::plus);
  }

  /** Ends the run; who says so first is right. */
  synchronized void end(String reason) {
    if (why.isEmpty()) {
      why = Optional.of(reason);
    }
    stop.countDown();
  }

  /** Asks streams to end after their current batch. */
  void stop() {
    stop.countDown();
  }

  /** Counted down when streams are to end. */
  CountDownLatch stopped() {
    return stop;
  }

  /** Why the run is to end; empty if it is not. */
  Optional<String> why() {
    deadline
        .filter(time -> why.isEmpty() && !clock.instant().isBefore(time))
        .ifPresent(time -> end("the time limit of the run is over"));
    return why;
  }

  /** Whether the run is to end. */
  boolean isNear() {
    return why().isPresent();
  }
}
