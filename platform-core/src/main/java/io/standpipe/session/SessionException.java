package io.standpipe.session;

import io.standpipe.spi.StandpipeException;

/**
 * There is no Spark session that fits: it cannot be assembled, or the one handed in lacks
 * something.
 */
public final class SessionException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  /** Says what is missing or in conflict, and what to do. */
  public SessionException(String message) {
    super(message, null);
  }

  /** As {@link #SessionException(String)}, with what happened. */
  public SessionException(String message, Throwable cause) {
    super(message, cause);
  }
}
