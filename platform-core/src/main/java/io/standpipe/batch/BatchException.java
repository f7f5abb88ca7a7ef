package io.standpipe.batch;

import java.util.List;

/**
 * Items of a {@link Batch} failed. The message is its summary, the reasons are suppressed errors.
 */
public final class BatchException extends RuntimeException {
  /** How many failures a message tells of one by one. */
  static final int SHOWN = 10;

  private static final long serialVersionUID = 1;

  BatchException(Batch<?, ?> batch) {
    super(batch.summary() + ".", first(batch.failures()));
    batch.failures().stream()
        .skip(1)
        .limit(SHOWN)
        .forEach(failure -> addSuppressed(failure.reason()));
  }

  private static Exception first(List<? extends Batch.Failure<?>> failures) {
    return failures.get(0).reason();
  }
}
