package io.standpipe.dynamodb;

import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/**
 * A token bucket for capacity units: what a request consumed is known only afterwards, so a request
 * waits until earlier ones are paid for. When DynamoDB throttles, the rate is halved, and grows
 * back by a tenth of the limit a second. Not thread-safe.
 */
final class Pace {
  private static final double SLOWEST = 1 / 16.0;
  private static final double NANOS = 1e9;

  private final double limit;
  private double rate;
  private double balance;
  private long last = System.nanoTime();

  private Pace(double limit) {
    this.limit = limit;
    this.rate = limit;
  }

  /**
   * @param unitsPerSecond 0 for no limit
   */
  static Pace of(double unitsPerSecond) {
    return new Pace(unitsPerSecond);
  }

  static Pace unlimited() {
    return new Pace(0);
  }

  /** Waits until the units that were used are paid for. */
  void await() {
    if (limit <= 0) {
      return;
    }
    refill();
    if (balance < 0) {
      Calls.sleep((long) Math.ceil(-balance / rate * 1000));
    }
  }

  /** What a request should tell about the units that it used: nothing, unless there is a limit. */
  ReturnConsumedCapacity wanted() {
    return limit > 0 ? ReturnConsumedCapacity.TOTAL : ReturnConsumedCapacity.NONE;
  }

  /** Notes what a request used. */
  void used(ConsumedCapacity capacity) {
    if (limit > 0 && capacity != null && capacity.capacityUnits() != null) {
      refill();
      balance -= capacity.capacityUnits();
    }
  }

  /** DynamoDB asks for less. */
  void slower() {
    rate = Math.max(rate / 2, limit * SLOWEST);
  }

  double rate() {
    return rate;
  }

  private void refill() {
    long now = System.nanoTime();
    double seconds = (now - last) / NANOS;
    last = now;
    // A second's worth may be saved up.
    balance = Math.min(limit, balance + seconds * rate);
    rate = Math.min(limit, rate + seconds * limit / 10);
  }
}
