package io.standpipe.storage;

import io.standpipe.spi.ConnectorException;
import java.util.function.UnaryOperator;

/**
 * A named storage could not do what it was asked: the connector's message with the storage's name
 * and type before it.
 */
public final class StorageException extends RuntimeException {
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
    String message =
        failure instanceof ConnectorException || failure.getMessage() == null
            ? String.valueOf(failure.getMessage())
            : firstLine(failure.getMessage());
    return new StorageException(storage, type, redactor.apply(message), failure);
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** The storage's name. */
  public String storage() {
    return storage;
  }
}
