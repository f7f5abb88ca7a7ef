package io.standpipe.pipeline;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is used instead of a step that fails for good: exactly one of a storage, a step and a value.
 *
 * @param storage of a step that has rows: read this storage instead; of a write: write to this one
 * @param step the step whose rows, or what else it makes, are used instead
 * @param value of a factory: what is used instead of what it makes, of the same type
 */
public record Fallback(Optional<String> storage, Optional<String> step, Optional<Object> value) {
  public Fallback {
    requireOne(storage, step, value);
  }

  static void requireOne(Optional<?>... kinds) {
    if (Stream.of(kinds).filter(Optional::isPresent).count() != 1) {
      throw new IllegalArgumentException(
          "a fallback has exactly one of 'storage', 'step' and 'value'");
    }
  }

  /** Another storage. */
  public static Fallback storage(String name) {
    return new Fallback(Optional.of(name), Optional.empty(), Optional.empty());
  }

  /** What another step makes. */
  public static Fallback step(String name) {
    return new Fallback(Optional.empty(), Optional.of(name), Optional.empty());
  }

  /** A value of the type that the step's factory makes. */
  public static Fallback value(Object value) {
    return new Fallback(Optional.empty(), Optional.empty(), Optional.of(value));
  }

  /** For messages: {@code storage 'name'}, {@code step 'name'}, or that it is a value. */
  @Override
  public String toString() {
    if (value.isPresent()) {
      return "the value that the step gives";
    }
    return storage
        .map(name -> "storage '" + name + "'")
        .orElseGet(() -> "step '" + step.get() + "'");
  }
}
