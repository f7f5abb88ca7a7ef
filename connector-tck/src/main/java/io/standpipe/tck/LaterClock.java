package io.standpipe.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, which can be put forward: hours pass without anybody waiting for them. */
final class LaterClock extends Clock {
  private volatile Clock clock = Clock.systemUTC();

  /** So much time passes at once. */
  void pass(Duration time) {
    clock = Clock.offset(clock, time);
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("only UTC");
  }
}
