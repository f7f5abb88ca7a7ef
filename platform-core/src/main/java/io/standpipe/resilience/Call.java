package io.standpipe.resilience;

import io.standpipe.config.RetrySection;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.Storage;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Something that is done with storages, and may be done again if it fails.
 *
 * @param <T> what it returns
 */
public interface Call<T> {

  /**
   * Does it.
   *
   * @param attempt how often it is tried with this one, from 1
   */
  T run(int attempt) throws Exception;

  /** The storages that take part, the written one first. */
  Collection<Storage> storages();

  /** Why it must not be done again, for people; empty if that is harmless. */
  Optional<String> unrepeatable();

  /** Whether a success shows that the storages work. */
  default boolean callsStorages() {
    return true;
  }

  /** Settings that take precedence over those of the storage that fails. */
  default Optional<RetrySection> retry() {
    return Optional.empty();
  }

  /** Whether nobody wants it any more, so that it is not done again. */
  default boolean isCancelled() {
    return Thread.currentThread().isInterrupted();
  }

  /** Is told of each failure after which it will be done again. */
  default void repeating(Repeat repeat) {}

  /**
   * A failure after which something is done again.
   *
   * @param attempt which one failed, from 1
   * @param verdict what the error means
   * @param storage whose error it is, if somebody recognises it
   * @param delay how long nothing is done now
   */
  record Repeat(
      int attempt, Verdict verdict, Optional<String> storage, Duration delay, Throwable error) {}
}
