package io.standpipe.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What holds for a whole run.
 *
 * @param onFailure what becomes of it when a step fails for good that says nothing itself
 * @param parallelism how many steps run at the same time, at least 1
 * @param timeLimit when it is cancelled if it still goes on
 */
public record RunSettings(OnFailure onFailure, int parallelism, Optional<Duration> timeLimit) {
  /** How many steps run at the same time unless somebody says otherwise. */
  static final int PARALLELISM = 8;

  /** As a pipeline file that says nothing. */
  public static final RunSettings DEFAULTS =
      new RunSettings(OnFailure.FAIL, PARALLELISM, Optional.empty());

  public RunSettings {
    Objects.requireNonNull(onFailure, "onFailure");
    Objects.requireNonNull(timeLimit, "timeLimit");
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism must be at least 1, got " + parallelism);
    }
  }
}
