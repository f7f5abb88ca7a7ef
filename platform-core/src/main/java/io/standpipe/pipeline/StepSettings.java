package io.standpipe.pipeline;

import io.standpipe.config.StepRetrySection;
import java.util.Objects;
import java.util.Optional;

/**
 * What holds for a step of any kind.
 *
 * @param stage the stage that the step belongs to; empty if the pipeline has none
 * @param onFailure what becomes of the run when the step fails for good; empty: what the pipeline
 *     says
 * @param fallback what is used instead then
 * @param retry what is different about the repeats of the step; empty: all is as the storage that
 *     fails says
 */
public record StepSettings(
    Optional<String> stage,
    Optional<OnFailure> onFailure,
    Optional<Fallback> fallback,
    Optional<StepRetrySection> retry) {
  /** Nothing special. */
  public static final StepSettings NONE =
      new StepSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public StepSettings {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(onFailure, "onFailure");
    Objects.requireNonNull(fallback, "fallback");
    Objects.requireNonNull(retry, "retry");
  }

  /** The same in a stage. */
  public StepSettings in(String newStage) {
    return new StepSettings(Optional.of(newStage), onFailure, fallback, retry);
  }

  /** The same with this consequence of a failure. */
  public StepSettings onFailure(OnFailure consequence) {
    return new StepSettings(stage, Optional.of(consequence), fallback, retry);
  }

  /** The same with something to be used instead. */
  public StepSettings fallback(Fallback substitute) {
    return new StepSettings(stage, onFailure, Optional.of(substitute), retry);
  }

  /** The same, repeated otherwise than the storages say. */
  public StepSettings retry(StepRetrySection repeats) {
    return new StepSettings(stage, onFailure, fallback, Optional.of(repeats));
  }
}
