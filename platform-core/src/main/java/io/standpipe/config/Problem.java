package io.standpipe.config;

import java.io.Serializable;
import java.util.Objects;

/**
 * Something wrong with the configuration.
 *
 * @param position where
 * @param message what is wrong and what to do about it; holds no secret
 */
public record Problem(SourcePosition position, String message) implements Serializable {
  public Problem {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(message, "message");
  }

  /** {@code file:line:column: message}. */
  @Override
  public String toString() {
    return position + ": " + message;
  }
}
