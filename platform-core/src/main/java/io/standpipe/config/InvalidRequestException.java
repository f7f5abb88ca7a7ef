package io.standpipe.config;

import io.standpipe.spi.StandpipeException;

/**
 * What was asked for cannot be done as it was asked: there is no such storage, an option does not
 * go with another one. Nothing has run.
 */
public final class InvalidRequestException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, and how to ask instead
   */
  public InvalidRequestException(String message) {
    super(message, null);
  }
}
