package io.standpipe.pipeline;

import java.util.List;
import java.util.Objects;

/**
 * Steps that begin when all of the stage before have ended.
 *
 * @param name unique in the pipeline
 * @param steps in the order in which they are written
 */
public record Stage(String name, List<Step> steps) {
  public Stage {
    Objects.requireNonNull(name, "name");
    steps = steps.stream().<Step>map(step -> step.with(step.settings().in(name))).toList();
  }

  /** A stage of these steps. */
  public static Stage of(String name, Step... steps) {
    return new Stage(name, List.of(steps));
  }
}
