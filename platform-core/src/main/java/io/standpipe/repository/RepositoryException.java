package io.standpipe.repository;

import io.standpipe.spi.StandpipeException;
import io.standpipe.storage.Storage;

/**
 * Records and rows do not fit together: a record class that cannot be mapped, a column that is
 * missing or has another type, a value that cannot be stored or read, a condition on something that
 * is not there. What the storage itself refuses is a {@link io.standpipe.storage.StorageException}.
 */
public final class RepositoryException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  RepositoryException(String message, Throwable cause) {
    super(message, cause);
  }

  static RepositoryException of(Storage storage, String problem, Throwable cause) {
    return new RepositoryException(
        "Storage '" + storage.name() + "' (" + storage.type() + "): " + problem, cause);
  }

  static RepositoryException of(Storage storage, String problem) {
    return of(storage, problem, null);
  }
}
