package io.standpipe.pipeline;

import io.standpipe.factory.Need;
import java.util.Objects;
import java.util.Optional;

/**
 * How a need of a factory is met.
 *
 * @param need what the factory asks for
 * @param step the step that delivers it; empty if the storage of the need is loaded, or nothing is
 *     delivered
 */
public record Delivered(Need need, Optional<String> step) {
  public Delivered {
    Objects.requireNonNull(need, "need");
    Objects.requireNonNull(step, "step");
  }

  /** The storage that is loaded. */
  public Optional<String> loaded() {
    return step.isPresent() ? Optional.empty() : need.autoLoad();
  }
}
