package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.problem;

import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import io.standpipe.factory.Need;
import io.standpipe.factory.TypeNames;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the steps and storages that steps name, and reports those that cannot be meant. */
final class StepReferences {
  private final Map<String, Step> byName;
  private final Stages stages;
  private final Storages storages;
  private final Problems problems;
  private final Set<String> used = new HashSet<>();

  /**
   * @param byName the steps by key, in the order of the file
   */
  StepReferences(Map<String, Step> byName, Stages stages, Storages storages, Problems problems) {
    this.byName = byName;
    this.stages = stages;
    this.storages = storages;
    this.problems = problems;
  }

  /** The step of this name. */
  Optional<Step> step(String name) {
    return Optional.ofNullable(byName.get(key(name)));
  }

  /** Notes that a step is named by another one. */
  void use(String name) {
    used.add(key(name));
  }

  /** Whether another step names it. */
  boolean isUsed(Step step) {
    return used.contains(key(step.name()));
  }

  /**
   * Finds a step whose rows are taken.
   *
   * @param field the key that names it
   * @param found where its key is put
   */
  void reference(Step step, String field, String name, Set<String> found) {
    Step target = byName.get(key(name));
    if (target == null) {
      problem(problems, step, field, unknown(step, name));
      return;
    }
    if (target instanceof Step.Write) {
      problem(
          problems,
          step,
          field,
          "'"
              + name
              + "' is a write and has no rows. Name the step that it writes, or read its storage.");
      return;
    }
    use(name);
    if (target instanceof Step.Make make && !Need.isDataset(make.product())) {
      problem(
          problems,
          step,
          field,
          "'"
              + name
              + "' makes "
              + TypeNames.of(make.product())
              + ", which is no table. Let its factory make a Dataset<Row>.");
    } else if (stages.isLater(target, step)) {
      problem(
          problems,
          step,
          field,
          "'"
              + name
              + "' is in the stage '"
              + target.settings().stage().orElse("")
              + "', which comes later. Move one of the two.");
    } else {
      found.add(key(name));
    }
  }

  /** What is said of a step that is named, but is not there. */
  String unknown(Step step, String name) {
    List<String> candidates =
        byName.values().stream()
            .filter(s -> !(s instanceof Step.Write) && s != step)
            .map(Step::name)
            .toList();
    // What was probably meant is not also reported as unused.
    Suggestions.nearest(name, candidates).ifPresent(this::use);
    String hint =
        storages.find(name).isPresent()
            ? "There is a storage of that name: add a step '- read: " + name + "'."
            : Suggestions.sentence(name, candidates, "steps");
    return "no step '" + name + "'. " + hint;
  }

  /** The storage that a step names; empty, and reported, if there is none. */
  Optional<Storage> storage(Step step, String field, String name) {
    Optional<Storage> storage = storages.find(name);
    if (storage.isEmpty()) {
      problem(problems, step, field, storages.unknown(name));
    }
    return storage;
  }

  /** The storage that a step writes; empty, and reported, if it cannot be written so. */
  Optional<Storage> requireWritable(Step.Write write, String field) {
    Optional<Storage> storage = storage(write, field, write.storage());
    if (storage.isPresent() && !storage.get().writeModes().contains(write.mode())) {
      problem(
          problems,
          write,
          field.equals("write") ? "mode" : field,
          storage.get() + " " + storage.get().unsupported(write.mode()));
      return Optional.empty();
    }
    return storage;
  }
}
