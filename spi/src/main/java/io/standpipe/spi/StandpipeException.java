package io.standpipe.spi;

/**
 * The root of what the platform and its connectors throw: catch it where no particular failure
 * matters. Its message is for people: what failed, where, why, and what to do next. It never has a
 * secret in it.
 */
public abstract class StandpipeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message whole sentences; the last one says what to do next
   * @param cause what happened, or null if nothing did but this
   */
  protected StandpipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
