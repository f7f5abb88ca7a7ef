package io.standpipe.resilience;

import io.standpipe.spi.Verdict;
import java.util.Optional;

/** A storage was not called, because its circuit breaker is open. */
final class LeftAloneException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String storage;

  LeftAloneException(String storage, String message) {
    super(message);
    this.storage = storage;
  }

  Diagnosis diagnosis() {
    return new Diagnosis(Verdict.TRANSIENT, false, Optional.of(storage), "");
  }
}
