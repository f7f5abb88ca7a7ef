package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.label;

import io.standpipe.config.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stages of a pipeline, if it has any: each begins when the one before has ended. */
final class Stages {
  private final Map<String, List<Step>> stages = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, List<Step>> before = new HashMap<>();

  Stages(Iterable<Step> steps) {
    for (Step step : steps) {
      step.settings()
          .stage()
          .ifPresent(
              stage -> {
                numbers.putIfAbsent(stage, numbers.size());
                stages.computeIfAbsent(stage, name -> new ArrayList<>()).add(step);
              });
    }
    List<Step> acting = List.of();
    for (Map.Entry<String, List<Step>> stage : stages.entrySet()) {
      before.put(stage.getKey(), acting);
      List<Step> ofStage = stage.getValue().stream().filter(Stages::acts).toList();
      // A stage that only reads has nothing that could end.
      acting = ofStage.isEmpty() ? acting : ofStage;
    }
  }

  /** Whether a step does something by itself; others are lazy. */
  static boolean acts(Step step) {
    return step instanceof Step.Write || step instanceof Step.Make;
  }

  /** The steps of an earlier stage that a step waits for. */
  List<Step> before(Step step) {
    return step.settings().stage().map(before::get).orElse(List.of());
  }

  /** Whether the stage of the first comes after that of the other. */
  boolean isLater(Step step, Step other) {
    return number(step) > number(other);
  }

  /** Whether both are in one stage. */
  boolean isSame(Step step, Step other) {
    Optional<String> stage = step.settings().stage();
    return stage.isPresent() && stage.equals(other.settings().stage());
  }

  private int number(Step step) {
    return step.settings().stage().map(numbers::get).orElse(0);
  }

  /** Reports steps that belong to none although there are stages, and stages that come twice. */
  void check(Iterable<Step> steps, Problems problems) {
    Map<String, String> ended = new HashMap<>();
    Optional<String> current = Optional.empty();
    for (Step step : steps) {
      Optional<String> stage = step.settings().stage();
      if (stage.isEmpty() && !stages.isEmpty()) {
        problems.add(
            step.source().position(),
            label(step)
                + "it is in no stage, but others are. Put it into one of: "
                + names()
                + ".");
      } else if (!stage.equals(current)) {
        current.ifPresent(name -> ended.put(key(name), name));
        stage
            .filter(name -> ended.containsKey(key(name)))
            .ifPresent(
                name ->
                    problems.add(
                        step.source().position(),
                        label(step)
                            + "the stage '"
                            + name
                            + "' has ended before it. Put the steps of a stage next to each"
                            + " other."));
        current = stage;
      }
      boolean streams = step instanceof Step.Write write && write.stream().isPresent();
      if (streams && stage.isPresent() && number(step) < numbers.size() - 1) {
        problems.add(
            step.source().position(),
            label(step)
                + "a stream ends when the run does, so that no stage can come after it. Put it into"
                + " the last stage.");
      }
    }
  }

  private String names() {
    return String.join(", ", stages.keySet());
  }
}
