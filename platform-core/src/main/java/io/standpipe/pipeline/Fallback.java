package io.standpipe.pipeline;

import io.standpipe.spi.Description;
import java.util.Optional;

/**
 * What is used instead of a step that fails for good: exactly one of a storage and a step.
 *
 * @param storage of a step that has rows: read this storage instead; of a write: write to this one
 * @param step the step whose rows are used instead
 */
@Description("What is used instead of a step that fails: exactly one of storage and step.")
public record Fallback(
    @Description("Read, or for a write, write, this storage instead.") Optional<String> storage,
    @Description("Use the rows of this step instead.") Optional<String> step) {
  public Fallback {
    if (storage.isPresent() == step.isPresent()) {
      throw new IllegalArgumentException("a fallback has exactly one of 'storage' and 'step'");
    }
  }

  /** Another storage. */
  public static Fallback storage(String name) {
    return new Fallback(Optional.of(name), Optional.empty());
  }

  /** The rows of another step. */
  public static Fallback step(String name) {
    return new Fallback(Optional.empty(), Optional.of(name));
  }

  /** For messages: {@code storage 'name'} or {@code step 'name'}. */
  @Override
  public String toString() {
    return storage
        .map(name -> "storage '" + name + "'")
        .orElseGet(() -> "step '" + step.get() + "'");
  }
}
