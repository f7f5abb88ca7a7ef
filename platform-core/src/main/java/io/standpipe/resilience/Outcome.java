package io.standpipe.resilience;

import java.util.Objects;
import java.util.Optional;

/**
 * What became of a {@link Call}: a value or a failure.
 *
 * @param attempts how often it was tried; 0 if a storage was not to be called at all
 */
public record Outcome<T>(Optional<T> value, Optional<GivenUp> failure, int attempts) {
  public Outcome {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(failure, "failure");
    if (value.isPresent() == failure.isPresent()) {
      throw new IllegalArgumentException("an outcome is either a value or a failure");
    }
  }

  static <T> Outcome<T> of(T value, int attempts) {
    return new Outcome<>(Optional.of(value), Optional.empty(), attempts);
  }

  static <T> Outcome<T> failed(Throwable error, Diagnosis diagnosis, int attempts, String end) {
    return new Outcome<>(
        Optional.empty(), Optional.of(new GivenUp(error, diagnosis, end)), attempts);
  }

  /**
   * The last failure.
   *
   * @param end why it was not tried (again), a sentence; empty if that goes without saying
   */
  public record GivenUp(Throwable error, Diagnosis diagnosis, String end) {}
}
