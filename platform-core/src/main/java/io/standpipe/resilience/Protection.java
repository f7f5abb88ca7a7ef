package io.standpipe.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.standpipe.config.BreakerSection;
import io.standpipe.config.ResilienceSection;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What stands between the callers of one storage and the storage. Thread-safe. */
final class Protection {
  private final String storage;
  private final ResilienceSection settings;
  private final RetryBudget budget;
  private final Optional<CircuitBreaker> breaker;
  private final AtomicInteger concurrency;

  /** What the breaker opened for: afterwards it counts anew, and forgets what is long ago. */
  private volatile String reason = "it kept failing";

  Protection(String storage, ResilienceSection settings, Clock clock) {
    this.storage = storage;
    this.settings = settings;
    this.concurrency = new AtomicInteger(settings.concurrency());
    this.budget = new RetryBudget(settings.retry().budget());
    this.breaker =
        Optional.of(settings.breaker())
            .filter(BreakerSection::enabled)
            .map(section -> CircuitBreaker.of(storage, config(section, clock)));
    breaker.ifPresent(it -> it.getEventPublisher().onStateTransition(event -> noteReason(it)));
  }

  private void noteReason(CircuitBreaker changed) {
    CircuitBreaker.Metrics calls = changed.getMetrics();
    if (changed.getState() == State.OPEN) {
      int failed = calls.getNumberOfFailedCalls();
      reason =
          failed == 1 && calls.getNumberOfBufferedCalls() == 1
              ? "its last call failed"
              : failed + " of its last " + calls.getNumberOfBufferedCalls() + " calls failed";
    }
  }

  private static CircuitBreakerConfig config(BreakerSection section, Clock clock) {
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            Math.toIntExact(Math.max(1, section.window().toSeconds())),
            section.minimumCalls(),
            SlidingWindowType.TIME_BASED)
        .failureRateThreshold((float) (100 * section.failureRate()))
        .slowCallRateThreshold(100)
        .slowCallDurationThreshold(Duration.ofDays(365)) // a long write is no slow call
        .waitDurationInOpenState(section.openFor())
        .permittedNumberOfCallsInHalfOpenState(section.probes())
        .clock(clock)
        .build();
  }

  ResilienceSection settings() {
    return settings;
  }

  RetryBudget budget() {
    return budget;
  }

  /** Whether the storage may be called now. If so, tell what became of it, once. */
  boolean admits() {
    return breaker.isEmpty() || breaker.get().tryAcquirePermission();
  }

  /** That it may not be called, and what to do. */
  LeftAloneException leftAlone() {
    String probed =
        breaker.orElseThrow().getState() == State.HALF_OPEN
            ? ", and a call that tries whether it is well again has not ended"
            : "";
    return new LeftAloneException(
        storage,
        "storage '"
            + storage
            + "' is left alone: "
            + reason
            + probed
            + ". See to it, and run again; its 'resilience.breaker' says when it is tried again.");
  }

  /** The call succeeded. */
  void succeeded() {
    concurrency.updateAndGet(steps -> Math.min(settings.concurrency(), steps + 1));
    budget.succeeded();
    breaker.ifPresent(it -> it.onSuccess(0, TimeUnit.NANOSECONDS));
  }

  /**
   * How many steps may use the storage at the same time: half as many each time it asks for less,
   * and one more with each call that succeeds.
   */
  int concurrency() {
    return concurrency.get();
  }

  /** The storage asks for less. */
  void throttled() {
    concurrency.updateAndGet(steps -> Math.max(1, steps / 2));
  }

  /** The storage itself failed. */
  void failed(Throwable error) {
    breaker.ifPresent(it -> it.onError(0, TimeUnit.NANOSECONDS, error));
  }

  /** The call says nothing about the storage: it failed for another reason, or was not made. */
  void unknown() {
    breaker.ifPresent(CircuitBreaker::releasePermission);
  }
}
