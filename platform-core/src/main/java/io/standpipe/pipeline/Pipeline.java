package io.standpipe.pipeline;

import io.standpipe.config.SourcePosition;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What is to be done, as its author wrote it: steps that refer to each other and to storages by
 * name. Nothing is checked yet; {@link Plan} is the checked form.
 *
 * @param name the pipeline's name, part of run ids and reports
 * @param description for people; may be empty
 * @param steps in the order in which they are written
 * @param settings what holds for the whole run
 * @param position where the pipeline is written
 */
public record Pipeline(
    String name,
    String description,
    List<Step> steps,
    RunSettings settings,
    SourcePosition position) {
  /** What messages name as the place of what a program made. */
  static final SourcePosition PROGRAM = SourcePosition.whole("pipeline");

  public Pipeline {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    steps = List.copyOf(steps);
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(position, "position");
  }

  /**
   * A pipeline made by a program, with the steps that {@link Step} makes:
   *
   * <pre>{@code
   * Pipeline.of(
   *     "totals",
   *     Step.read("orders"),
   *     Step.sql("by_customer", "SELECT customer, sum(amount) AS total FROM orders GROUP BY 1"),
   *     Step.write("totals", "by_customer", WriteMode.UPSERT).by("customer"))
   * }</pre>
   */
  public static Pipeline of(String name, Step... steps) {
    return new Pipeline(name, "", List.of(steps), RunSettings.DEFAULTS, PROGRAM);
  }

  /**
   * A pipeline of stages: each begins when all steps of the one before have ended. Without stages a
   * step begins as soon as those have ended that it needs.
   */
  public static Pipeline of(String name, Stage... stages) {
    List<Step> steps = Arrays.stream(stages).flatMap(stage -> stage.steps().stream()).toList();
    return new Pipeline(name, "", steps, RunSettings.DEFAULTS, PROGRAM);
  }

  /** The same with other settings. */
  public Pipeline with(RunSettings newSettings) {
    return new Pipeline(name, description, steps, newSettings, position);
  }
}
