package io.standpipe.storage;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.StandpipeException;
import java.util.function.UnaryOperator;

/**
 * A named storage could not do what it was asked: the connector's message with the storage's name
 * and type before it.
 */
public final class StorageException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  private final String storage;

  StorageException(String storage, String type, String message, Throwable cause) {
    super("Storage '" + storage + "' (" + type + "): " + message, cause);
    this.storage = storage;
  }

  static StorageException of(
      String storage, String type, Throwable failure, UnaryOperator<String> redactor) {
    if (failure instanceof StorageException already) {
      return already;
    }
    String message = failure instanceof ConnectorException ? failure.getMessage() : reason(failure);
    return new StorageException(storage, type, redactor.apply(message), failure);
  }

  /** Spark wraps what happened in a task several times: the innermost error says why. */
  private static String reason(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String text = String.valueOf(innermost.getMessage());
    String line = text.lines().filter(l -> !l.isBlank()).findFirst().orElse("").strip();
    // A single word is the name of something that is not there: the class says what is the matter.
    return line.contains(" ") ? line : innermost.getClass().getName() + ": " + line;
  }

  /** The storage's name. */
  public String storage() {
    return storage;
  }
}
