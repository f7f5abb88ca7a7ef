package io.standpipe.spi;

import java.util.Locale;

/** How an error is to be understood, and so what is done about it. */
public enum Verdict {
  /** The storage failed, nothing is wrong with the request: try again later on a new connection. */
  TRANSIENT,
  /** The storage asks for less: try again later, slower. */
  THROTTLED,
  /** Somebody else won: do the whole unit again from a fresh read. */
  CONFLICT,
  /** It may or may not have been applied: look, and repeat only what is idempotent. */
  AMBIGUOUS,
  /** Rows are wrong, the storage is fine. */
  DATA,
  /** It will fail again: stop. */
  PERMANENT,
  /** Not in the table: one more try if idempotent, then as permanent. */
  UNKNOWN;

  /** As it is written in configurations and reports: {@code transient}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the error says that the storage is unwell: only such errors count against its circuit
   * breaker.
   */
  public boolean chargesStorage() {
    return this == TRANSIENT || this == THROTTLED || this == AMBIGUOUS;
  }
}
