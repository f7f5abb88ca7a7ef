package io.standpipe.batch;

import io.standpipe.spi.StandpipeException;
import java.util.List;

/**
 * Items of a {@link Batch} failed. The message is its summary, the reasons are suppressed errors.
 */
public final class BatchException extends StandpipeException {
  /** How many failures a message tells of one by one. */
  static final int SHOWN = 10;

  private static final long serialVersionUID = 1;

  BatchException(Batch<?, ?> batch) {
    super(
        batch.summary() + ". Correct these items, and do them again: failures() has them all.",
        first(batch.failures()));
    batch.failures().stream()
        .skip(1)
        .limit(SHOWN)
        .forEach(failure -> addSuppressed(failure.reason()));
  }

  private static Exception first(List<? extends Batch.Failure<?>> failures) {
    return failures.get(0).reason();
  }
}
