package io.standpipe.dynamodb;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A client that repeats what is throttled or did not arrive: the one owner of retries within a
 * task. All requests of this connector can be repeated without another effect. Pauses grow and are
 * random up to their bound ("full jitter"), until {@code retryFor} has passed without progress. Not
 * thread-safe.
 */
final class Calls implements AutoCloseable {
  private static final long FIRST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 5_000;

  /** The pauses between repeats of one request, or of what is left of a batch. */
  final class Patience {
    private long deadline = System.nanoTime() + access.retryFor().toNanos();
    private int pauses;

    /** Starts anew: something was done. */
    void progress() {
      deadline = System.nanoTime() + access.retryFor().toNanos();
      pauses = 0;
    }

    /** Waits; false if the time is up. */
    boolean pause() {
      long bound = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(pauses++, 10));
      long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (left <= 0) {
        return false;
      }
      sleep(Math.min(left, ThreadLocalRandom.current().nextLong(1, bound + 1)));
      return true;
    }
  }

  private final SharedClient.Lease lease;
  private final Access access;

  /** Requests by the client of this lease, which is closed with them. */
  Calls(SharedClient.Lease lease, Access access) {
    this.lease = lease;
    this.access = access;
  }

  /** How messages name the table. */
  String label() {
    return access.label();
  }

  Patience patience() {
    return new Patience();
  }

  /**
   * Sends a request, again if need be.
   *
   * @param action for messages, for example {@code read DynamoDB table 'orders'}
   * @param pace is slowed down when DynamoDB throttles
   * @throws RequestFailure if it is refused, or the time is up
   */
  <T> T call(String action, Pace pace, Function<DynamoDbClient, T> request) {
    Patience patience = new Patience();
    while (true) {
      pace.await();
      try {
        return request.apply(lease.client());
      } catch (SdkException e) {
        RequestFailure failure = RequestFailure.of(action, e);
        if (ErrorTable.throttled(failure)) {
          pace.slower();
        }
        if (!ErrorTable.repeatable(failure) || !patience.pause()) {
          throw failure;
        }
      }
    }
  }

  /** As {@link #call(String, Pace, Function)}, at any pace. */
  <T> T call(String action, Function<DynamoDbClient, T> request) {
    return call(action, Pace.unlimited(), request);
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for DynamoDB", e);
    }
  }

  @Override
  public void close() {
    lease.close();
  }
}
