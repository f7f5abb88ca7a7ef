package io.standpipe.pipeline;

import io.standpipe.config.Problems;
import io.standpipe.factory.FactoryType;
import io.standpipe.factory.TypeNames;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Optional;
import org.apache.commons.lang3.reflect.TypeUtils;

/** What is used instead of a step must be able to do what the step does. */
final class FallbackCheck {
  private final StepReferences references;
  private final Problems problems;

  FallbackCheck(StepReferences references, Problems problems) {
    this.references = references;
    this.problems = problems;
  }

  void check(Step step, Fallback fallback) {
    if (step instanceof Step.Read read && read.stream()
        || step instanceof Step.Write write && write.stream().isPresent()) {
      problem(step, "a stream has no fallback: it goes on where it stopped. Remove it.");
    } else if (step instanceof Step.Make make) {
      ofFactory(make, fallback);
    } else if (step instanceof Step.Write write) {
      ofWrite(write, fallback);
    } else {
      ofRows(step, fallback);
    }
  }

  private void ofFactory(Step.Make make, Fallback fallback) {
    if (fallback.step().isPresent()) {
      substitute(make, fallback.step().get());
    } else if (fallback.value().isPresent()) {
      Object value = fallback.value().get();
      if (!TypeUtils.isInstance(value, make.product())) {
        problem(
            make,
            "its factory makes "
                + TypeNames.of(make.product())
                + ", and 'value' is "
                + TypeNames.of(value.getClass())
                + ". Give a value of that type.");
      }
    } else if (FactoryType.ROWS.equals(make.product())) {
      readable(make, fallback.storage().orElseThrow());
    } else {
      problem(
          make,
          "its factory makes "
              + TypeNames.of(make.product())
              + ", and a storage has rows. Give 'value', or 'step', one that makes the same.");
    }
  }

  private void ofWrite(Step.Write write, Fallback fallback) {
    if (fallback.storage().isEmpty()) {
      problem(write, "a write falls back to a storage. Give 'storage'.");
      return;
    }
    Step.Write instead = write.to(fallback.storage().get());
    references
        .requireWritable(instead, "fallback")
        .ifPresent(storage -> requireAble(instead, storage));
  }

  private void ofRows(Step step, Fallback fallback) {
    if (fallback.value().isPresent()) {
      problem(
          step,
          "'value' is for factories. Give 'step', for example one that queries SELECT 0.5 AS rate.");
    } else if (fallback.step().isPresent()) {
      references.reference(step, "fallback", fallback.step().get(), new LinkedHashSet<>());
    } else {
      readable(step, fallback.storage().orElseThrow());
    }
  }

  private void readable(Step step, String storage) {
    references
        .storage(step, "fallback", storage)
        .filter(it -> !it.abilities().contains(Ability.READ))
        .ifPresent(it -> problem(step, it.cannot(Ability.READ)));
  }

  private void requireAble(Step.Write write, Storage storage) {
    if (write.replaceWhere().isPresent() && !storage.abilities().contains(Ability.REPLACE_WHERE)) {
      problem(write, storage.cannot(Ability.REPLACE_WHERE));
    }
    boolean isolates = write.deadLetters().filter(it -> !it.selects()).isPresent();
    if (isolates && !storage.abilities().contains(Ability.ROW_ISOLATION)) {
      problem(write, storage.cannot(Ability.ROW_ISOLATION));
    }
    if (!storage.schemaEvolutions(write.mode()).contains(write.schemaEvolution())) {
      problem(write, storage + " " + storage.unsupported(write.mode(), write.schemaEvolution()));
    }
  }

  /** What takes the place of a factory must make what it makes. */
  private void substitute(Step.Make make, String name) {
    Optional<Type> other = references.step(name).flatMap(DeliveryCheck::product);
    if (other.isEmpty()) {
      references.reference(make, "fallback", name, new LinkedHashSet<>());
      return;
    }
    references.use(name);
    if (!TypeUtils.isAssignable(other.get(), make.product())) {
      problem(
          make,
          "'"
              + name
              + "' makes "
              + TypeNames.of(other.get())
              + ", not "
              + TypeNames.of(make.product())
              + ". Name a step that makes the same.");
    }
  }

  private void problem(Step step, String message) {
    PlanChecker.problem(problems, step, "fallback", message);
  }
}
