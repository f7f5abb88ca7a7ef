package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.problem;

import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import io.standpipe.factory.FactoryType;
import io.standpipe.factory.Need;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the steps that deliver what factories need, and reports what cannot be delivered. */
final class DeliveryCheck {
  private final Map<String, Step> byName;
  private final Stages stages;
  private final StepReferences references;
  private final Storages storages;
  private final Problems problems;

  /**
   * @param byName the steps by key, in the order of the file
   */
  DeliveryCheck(
      Map<String, Step> byName,
      Stages stages,
      StepReferences references,
      Storages storages,
      Problems problems) {
    this.byName = byName;
    this.stages = stages;
    this.references = references;
    this.storages = storages;
    this.problems = problems;
  }

  /** How each need of a step is met, as far as it can be. */
  List<Delivered> of(Step.Make step) {
    for (String consumer : step.deliveries().consumers()) {
      if (!byName.containsKey(key(consumer))) {
        List<String> names = byName.values().stream().map(Step::name).toList();
        problem(
            problems,
            step,
            "consumers",
            "no step '" + consumer + "'. " + Suggestions.sentence(consumer, names, "steps"));
      }
    }
    NamedDeliveries named = new NamedDeliveries(step, references, problems);
    List<Delivered> found = new ArrayList<>();
    for (Need need : step.factory().type().needs()) {
      if (!named.isWrong(need)) {
        deliver(step, need, named.step(need)).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Whether the storages that a factory may use can be used so. */
  void storages(Step.Make step) {
    for (String name : step.reads()) {
      boolean loaded =
          step.factory().type().needs().stream()
              .anyMatch(need -> need.autoLoad().filter(name::equals).isPresent());
      storages
          .find(name)
          .map(
              storage ->
                  storage.abilities().contains(Ability.READ) ? "" : storage.cannot(Ability.READ))
          .or(() -> Optional.of(storages.unknown(name)))
          .filter(problem -> !loaded && !problem.isEmpty())
          .ifPresent(problem -> problem(problems, step, "reads", problem));
    }
    for (String name : step.writes()) {
      storages
          .find(name)
          .map(
              storage ->
                  storage.writeModes().isEmpty()
                      ? storage + " " + storage.unsupported(WriteMode.APPEND)
                      : "")
          .or(() -> Optional.of(storages.unknown(name)))
          .filter(problem -> !problem.isEmpty())
          .ifPresent(problem -> problem(problems, step, "writes", problem));
    }
  }

  private Optional<Delivered> deliver(Step.Make step, Need need, Optional<String> named) {
    Candidates candidates = new Candidates(byName.values(), stages, step, need, named);
    List<Step> fitting = candidates.fitting();
    if (fitting.size() == 1) {
      return Optional.of(new Delivered(need, Optional.of(fitting.get(0).name())));
    } else if (fitting.size() > 1) {
      problem(problems, step, "factory", candidates.ambiguous());
    } else if (named.isPresent()) {
      problem(problems, step, "deliveries." + need.member(), candidates.unmet());
    } else if (need.autoLoad().isPresent()) {
      return load(step, need, need.autoLoad().get());
    } else if (need.optional()) {
      return Optional.of(new Delivered(need, Optional.empty()));
    } else {
      problem(problems, step, "factory", candidates.unmet());
    }
    candidates.probable().forEach(each -> references.use(each.name()));
    return Optional.empty();
  }

  private Optional<Delivered> load(Step.Make step, Need need, String name) {
    Optional<Storage> storage = storages.find(name);
    if (storage.isEmpty()) {
      problem(
          problems,
          step,
          "factory",
          need.place() + " loads from it, but there is " + storages.unknown(name));
    } else if (!storage.get().abilities().contains(Ability.READ)) {
      problem(problems, step, "factory", need.place() + ": " + storage.get().cannot(Ability.READ));
    } else {
      return conditionParses(step, need)
          ? Optional.of(new Delivered(need, Optional.empty()))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private boolean conditionParses(Step.Make step, Need need) {
    try {
      if (!need.condition().isEmpty()) {
        SqlText.filter("rows", need.condition());
      }
      return true;
    } catch (SqlProblem e) {
      problem(
          problems,
          step,
          "factory",
          "the condition of " + need.place() + " does not parse: " + e.getMessage());
      return false;
    }
  }

  /** What a step delivers. */
  static Optional<Type> product(Step step) {
    if (step instanceof Step.Make make) {
      return Optional.of(make.product());
    }
    return step instanceof Step.Write ? Optional.empty() : Optional.of(FactoryType.ROWS);
  }
}
