package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.label;

import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import io.standpipe.factory.FactoryType;
import io.standpipe.factory.Need;
import io.standpipe.factory.TypeNames;
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
import java.util.stream.Collectors;

/** Finds the step that delivers what a factory needs, and says why another one does not. */
final class DeliveryCheck {
  private final Map<String, Step> byName;
  private final Stages stages;
  private final Storages storages;
  private final Problems problems;

  /**
   * @param byName the steps by key, in the order of the file
   */
  DeliveryCheck(Map<String, Step> byName, Stages stages, Storages storages, Problems problems) {
    this.byName = byName;
    this.stages = stages;
    this.storages = storages;
    this.problems = problems;
  }

  /** How each need of a step is met, as far as it can be. */
  List<Delivered> of(Step.Make step) {
    for (String consumer : step.consumers()) {
      if (!byName.containsKey(key(consumer))) {
        List<String> names = byName.values().stream().map(Step::name).toList();
        problem(
            step,
            "consumers",
            "no step '" + consumer + "'. " + Suggestions.sentence(consumer, names, "steps"));
      }
    }
    List<Delivered> found = new ArrayList<>();
    step.factory().type().needs().forEach(need -> deliver(step, need).ifPresent(found::add));
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
          .ifPresent(problem -> problem(step, "reads", problem));
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
          .ifPresent(problem -> problem(step, "writes", problem));
    }
  }

  private Optional<Delivered> deliver(Step.Make step, Need need) {
    List<Step> fitting =
        byName.values().stream().filter(each -> rejected(each, step, need).isEmpty()).toList();
    if (fitting.size() > 1) {
      problem(
          step,
          "factory",
          "more than one step delivers "
              + need
              + ": "
              + fitting.stream().map(DeliveryCheck::made).collect(Collectors.joining(", "))
              + ". Say which with 'id' in @Delivery"
              + (Need.isDataset(need.type())
                  ? "."
                  : ", or keep the others away with 'consumers'."));
      return Optional.empty();
    } else if (fitting.size() == 1) {
      return Optional.of(new Delivered(need, Optional.of(fitting.get(0).name())));
    } else if (need.autoLoad().isPresent()) {
      return load(step, need, need.autoLoad().get());
    } else if (need.optional()) {
      return Optional.of(new Delivered(need, Optional.empty()));
    }
    problem(step, "factory", unmet(step, need));
    return Optional.empty();
  }

  private Optional<Delivered> load(Step.Make step, Need need, String name) {
    Optional<Storage> storage = storages.find(name);
    if (storage.isEmpty()) {
      problem(
          step, "factory", need.place() + " loads from it, but there is " + storages.unknown(name));
    } else if (!storage.get().abilities().contains(Ability.READ)) {
      problem(step, "factory", need.place() + ": " + storage.get().cannot(Ability.READ));
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
          step,
          "factory",
          "the condition of " + need.place() + " does not parse: " + e.getMessage());
      return false;
    }
  }

  private String unmet(Step.Make step, Need need) {
    List<String> reasons = new ArrayList<>();
    for (Step each : byName.values()) {
      if (isCandidate(each, need)) {
        rejected(each, step, need).ifPresent(why -> reasons.add(made(each) + ", but " + why));
      }
    }
    String remedy =
        need.loadable()
            ? "Add a step that delivers it, name a storage with 'autoLoad' in @Delivery, or let the"
                + " factory do without it: Optional<"
                + TypeNames.of(need.type())
                + ">."
            : "Add a factory that makes it, or let this one do without it: Optional<"
                + TypeNames.of(need.type())
                + ">.";
    return "nothing delivers "
        + need
        + need.id().map(id -> ", which asks for the step '" + id + "'").orElse("")
        + ". "
        + (reasons.isEmpty()
            ? "No step makes a value that could be it. "
            : "Looked at: " + String.join("; ", reasons) + ". ")
        + remedy;
  }

  /** Whether somebody could have thought that the step delivers it. */
  private static boolean isCandidate(Step step, Need need) {
    boolean named = need.id().filter(id -> key(id).equals(key(step.name()))).isPresent();
    return named
        || step instanceof Step.Make
        || product(step).filter(type -> need.id().isEmpty() && need.takes(type)).isPresent();
  }

  private static String made(Step step) {
    return "'"
        + step.name()
        + "' "
        + product(step).map(type -> "makes " + TypeNames.of(type)).orElse("writes");
  }

  /** What a step delivers. */
  static Optional<Type> product(Step step) {
    if (step instanceof Step.Make make) {
      return Optional.of(make.factory().type().product());
    }
    return step instanceof Step.Write ? Optional.empty() : Optional.of(FactoryType.ROWS);
  }

  /** Why a step does not deliver it; empty if it does. */
  private Optional<String> rejected(Step producer, Step.Make consumer, Need need) {
    Optional<Type> product = product(producer);
    if (producer == consumer) {
      return Optional.of("it is the step itself");
    } else if (need.id().filter(id -> !key(id).equals(key(producer.name()))).isPresent()) {
      return Optional.of("has another name");
    } else if (product.isEmpty()) {
      return Optional.of("a write delivers nothing");
    } else if (!need.takes(product.get())) {
      return Optional.of("that is another type");
    } else if (!isBy(need.producer(), producer)) {
      return Optional.of("is not made by " + TypeNames.of(need.producer()));
    } else if (producer instanceof Step.Make make && !serves(make, consumer)) {
      return Optional.of(
          "it delivers only to " + make.consumers().stream().sorted().collect(quoted()));
    } else if (stages.isLater(producer, consumer)) {
      return Optional.of("its stage '" + producer.settings().stage().orElse("") + "' comes later");
    }
    return producer instanceof Step.Make && stages.isSame(producer, consumer)
        ? Optional.of(
            "it is in the same stage '"
                + consumer.settings().stage().orElseThrow()
                + "', whose factories run at the same time")
        : Optional.empty();
  }

  private static java.util.stream.Collector<CharSequence, ?, String> quoted() {
    return Collectors.joining("', '", "'", "'");
  }

  private static boolean isBy(Class<?> producer, Step step) {
    return producer == Object.class
        || step instanceof Step.Make make
            && producer.isAssignableFrom(make.factory().type().type());
  }

  private static boolean serves(Step.Make producer, Step consumer) {
    return producer.consumers().isEmpty()
        || producer.consumers().stream().anyMatch(name -> key(name).equals(key(consumer.name())));
  }

  private void problem(Step step, String field, String message) {
    problems.add(step.source().at(field), label(step) + message);
  }
}
