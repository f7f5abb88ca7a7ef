package io.standpipe.resilience;

import io.standpipe.config.StepRetrySection;
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

  /** What is put over the settings of the storage that fails. */
  default Optional<StepRetrySection> retry() {
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
   * @param diagnosis what the error means, and whose it is
   * @param delay how long nothing is done now
   */
  record Repeat(int attempt, Diagnosis diagnosis, Duration delay, Throwable error) {
    /** The same, when so many attempts with something else had been made before. */
    public Repeat after(int before) {
      return new Repeat(before + attempt, diagnosis, delay, error);
    }
  }
}
