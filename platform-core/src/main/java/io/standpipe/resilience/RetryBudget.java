package io.standpipe.resilience;

/**
 * What keeps the repeats of many from drowning a storage that is unwell: each repeat takes one of a
 * number of tokens, and calls that succeed bring a tenth of one back. Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html">AWS
 *     SDKs have such a quota</a>
 */
final class RetryBudget {
  /** So that, in the long run, at most every tenth call is a repeat. */
  private static final int CALLS_PER_TOKEN = 10;

  private final long capacity;
  private long calls;

  RetryBudget(int repeats) {
    this.capacity = (long) repeats * CALLS_PER_TOKEN;
    this.calls = capacity;
  }

  /** Takes a token, if there is one. */
  synchronized boolean take() {
    if (calls < CALLS_PER_TOKEN) {
      return false;
    }
    calls -= CALLS_PER_TOKEN;
    return true;
  }

  /** A call has succeeded. */
  synchronized void succeeded() {
    calls = Math.min(capacity, calls + 1);
  }
}
