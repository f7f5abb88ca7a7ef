package io.standpipe.pipeline;

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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.lang3.reflect.TypeUtils;

/**
 * Checks a pipeline as a whole, without Spark, and makes the plan. All problems are collected; a
 * problem that only follows from another one is not reported.
 */
public final class PlanChecker {
  private final Pipeline pipeline;
  private final Storages storages;
  private final Problems problems;
  private final Map<String, Step> byName = new LinkedHashMap<>();
  private final Map<String, SqlText> queries = new LinkedHashMap<>();
  private final Map<String, Set<String>> inputs = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final Map<String, List<Delivered>> deliveries = new LinkedHashMap<>();
  private Stages stages;
  private StorageOrder storageOrder;

  private PlanChecker(Pipeline pipeline, Storages storages, Problems problems) {
    this.pipeline = pipeline;
    this.storages = storages;
    this.problems = problems;
  }

  /**
   * Checks the pipeline against the storages.
   *
   * @param sparkConf Spark properties, for those that change the meaning of SQL
   * @return the plan, or empty if there are problems
   */
  public static Optional<Plan> check(
      Pipeline pipeline, Storages storages, Map<String, String> sparkConf, Problems problems) {
    return new PlanChecker(pipeline, storages, problems).check(sparkConf);
  }

  private Optional<Plan> check(Map<String, String> sparkConf) {
    int before = problems.list().size();
    names();
    stages = new Stages(byName.values());
    stages.check(byName.values(), problems);
    List.copyOf(byName.values()).forEach(this::references);
    storageOrder = new StorageOrder(byName, inputs);
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    byName.forEach((name, step) -> needs.put(name, needs(step)));
    List<Step> order = new StepOrder(byName, needs).steps(problems);
    storageOrder.staleReads(order, problems);
    unused();
    StreamCheck streams = new StreamCheck(byName, inputs, storageOrder::reads, storages, problems);
    streams.steps();
    SchemaCheck schemas = new SchemaCheck(storages, queries, inputs, sparkConf, problems);
    List<Plan.Node> nodes =
        schemas.nodes(
            order, this::before, step -> deliveries.getOrDefault(key(step.name()), List.of()));
    if (problems.list().size() == before) {
      streams.operations(nodes, queries, schemas::analyzer);
    }
    return problems.list().size() > before
        ? Optional.empty()
        : Optional.of(new Plan(pipeline, nodes));
  }

  /** What identifies a step: its name, whatever the case. */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void names() {
    for (Step step : pipeline.steps()) {
      if (!step.name().matches("[A-Za-z_][A-Za-z0-9_]*")) {
        problems.add(
            step.source().position(),
            "'"
                + step.name()
                + "' cannot be the name of a step: SQL uses it as a table. Give the step a name of letters,"
                + " digits and _ with 'as'.");
      }
      Step other = byName.putIfAbsent(key(step.name()), step);
      if (other != null) {
        problems.add(
            step.source().at("as"),
            "two steps are named '"
                + step.name()
                + "' (case does not count); the other one is at "
                + other.source().position()
                + ". Name one of them differently with 'as'.");
      }
    }
  }

  private void references(Step step) {
    Set<String> found = new LinkedHashSet<>();
    if (step instanceof Step.Read read) {
      requireReadable(read);
    } else if (step instanceof Step.Sql sql) {
      parse(step, "sql", () -> SqlText.query(sql.sql()))
          .ifPresent(
              query -> query.tables().forEach(table -> reference(step, "sql", table, found)));
    } else if (step instanceof Step.Filter filter) {
      reference(step, "from", filter.from(), found);
      parse(step, "filter", () -> SqlText.filter(filter.from(), filter.condition()));
    } else if (step instanceof Step.Write write) {
      reference(step, "from", write.from(), found);
      requireWritable(write, "write");
      write.deadLetters().ifPresent(letters -> deadLetters(write, letters));
    } else if (step instanceof Step.Make make) {
      make(make, found);
    }
    inputs.put(key(step.name()), found);
    step.settings().fallback().ifPresent(fallback -> fallback(step, fallback));
  }

  private void deadLetters(Step.Write write, DeadLetters letters) {
    Optional<Storage> target = storages.find(write.storage());
    Optional<Storage> storage = storage(write, "deadLetters", letters.storage());
    if (letters.storage().equals(write.storage())) {
      deadLetterProblem(write, "dead letters go to another storage than the rows. Name one.");
    } else if (storage.isPresent() && !storage.get().writeModes().contains(WriteMode.APPEND)) {
      deadLetterProblem(write, storage.get() + " " + storage.get().unsupported(WriteMode.APPEND));
    }
    if (letters.where().isPresent()) {
      try {
        SqlText.filter(write.from(), letters.where().get());
      } catch (SqlProblem e) {
        deadLetterProblem(write, "'where' does not parse: " + e.getMessage());
      }
    } else if (target.filter(it -> !it.abilities().contains(Ability.ROW_ISOLATION)).isPresent()) {
      deadLetterProblem(
          write,
          target.get()
              + " does not tell the rows that it refuses from others. Say with 'where' which rows"
              + " are right, or leave out 'deadLetters'.");
    }
  }

  private void deadLetterProblem(Step.Write write, String message) {
    problems.add(write.source().at("deadLetters"), label(write) + message);
  }

  private void make(Step.Make make, Set<String> found) {
    DeliveryCheck check = new DeliveryCheck(byName, stages, storages, problems);
    check.storages(make);
    List<Delivered> delivered = check.of(make);
    deliveries.put(key(make.name()), delivered);
    for (Delivered each : delivered) {
      each.step()
          .ifPresent(
              name -> {
                found.add(key(name));
                used.add(key(name));
              });
    }
  }

  /** What is used instead of a step must be able to do what the step does. */
  private void fallback(Step step, Fallback fallback) {
    boolean stream =
        step instanceof Step.Read read && read.stream()
            || step instanceof Step.Write write && write.stream().isPresent();
    if (stream) {
      fallbackProblem(step, "a stream has no fallback: it goes on where it stopped. Remove it.");
    } else if (step instanceof Step.Make make && fallback.step().isPresent()) {
      substitute(make, fallback.step().get());
    } else if (step instanceof Step.Make make && !FactoryType.ROWS.equals(product(make))) {
      fallbackProblem(
          step,
          "its factory makes "
              + TypeNames.of(product(make))
              + ", and a storage has rows. Give 'step', one that makes the same.");
    } else if (fallback.step().isPresent()) {
      if (step instanceof Step.Write) {
        fallbackProblem(step, "a write falls back to a storage, not to a step. Give 'storage'.");
      } else {
        reference(step, "fallback", fallback.step().get(), new LinkedHashSet<>());
      }
    } else if (step instanceof Step.Write write) {
      Step.Write instead = write.to(fallback.storage().orElseThrow());
      requireWritable(instead, "fallback");
      storages.find(instead.storage()).ifPresent(storage -> requireAble(instead, storage));
    } else {
      storage(step, "fallback", fallback.storage().orElseThrow())
          .filter(storage -> !storage.abilities().contains(Ability.READ))
          .ifPresent(storage -> fallbackProblem(step, storage.cannot(Ability.READ)));
    }
  }

  private void requireAble(Step.Write write, Storage storage) {
    if (write.replaceWhere().isPresent() && !storage.abilities().contains(Ability.REPLACE_WHERE)) {
      fallbackProblem(write, storage.cannot(Ability.REPLACE_WHERE));
    }
    if (!storage.schemaEvolutions(write.mode()).contains(write.schemaEvolution())) {
      fallbackProblem(
          write, storage + " " + storage.unsupported(write.mode(), write.schemaEvolution()));
    }
  }

  /** What takes the place of a factory must make what it makes. */
  private void substitute(Step.Make make, String name) {
    Optional<Type> other =
        Optional.ofNullable(byName.get(key(name))).flatMap(DeliveryCheck::product);
    if (other.isEmpty()) {
      reference(make, "fallback", name, new LinkedHashSet<>());
    } else if (TypeUtils.isAssignable(other.get(), product(make))) {
      used.add(key(name));
    } else {
      used.add(key(name));
      fallbackProblem(
          make,
          "'"
              + name
              + "' makes "
              + TypeNames.of(other.get())
              + ", not "
              + TypeNames.of(product(make))
              + ". Name a step that makes the same.");
    }
  }

  private void fallbackProblem(Step step, String message) {
    problems.add(step.source().at("fallback"), label(step) + message);
  }

  private Optional<SqlText> parse(Step step, String field, SqlSource source) {
    try {
      SqlText query = source.parse();
      queries.put(key(step.name()), query);
      return Optional.of(query);
    } catch (SqlProblem e) {
      problems.add(
          step.source().at(field), label(step) + "the SQL does not parse: " + e.getMessage());
      return Optional.empty();
    }
  }

  @FunctionalInterface
  interface SqlSource {
    SqlText parse() throws SqlProblem;
  }

  static String label(Step step) {
    return "step '" + step.name() + "': ";
  }

  private void reference(Step step, String field, String name, Set<String> found) {
    Step target = byName.get(key(name));
    if (target instanceof Step.Write) {
      problems.add(
          step.source().at(field),
          label(step)
              + "'"
              + name
              + "' is a write and has no rows. Name the step that it writes, or read its storage.");
    } else if (target instanceof Step.Make make && !Need.isDataset(product(make))) {
      used.add(key(name));
      problems.add(
          step.source().at(field),
          label(step)
              + "'"
              + name
              + "' makes "
              + TypeNames.of(product(make))
              + ", which is no table. Let its factory make a Dataset<Row>.");
    } else if (target != null && stages.isLater(target, step)) {
      used.add(key(name));
      problems.add(
          step.source().at(field),
          label(step)
              + "'"
              + name
              + "' is in the stage '"
              + target.settings().stage().orElse("")
              + "', which comes later. Move one of the two.");
    } else if (target != null) {
      found.add(key(name));
      used.add(key(name));
    } else {
      List<String> candidates =
          pipeline.steps().stream()
              .filter(s -> !(s instanceof Step.Write) && s != step)
              .map(Step::name)
              .toList();
      // What was probably meant is not also reported as unused.
      Suggestions.nearest(name, candidates).ifPresent(nearest -> used.add(key(nearest)));
      String hint =
          storages.find(name).isPresent()
              ? "There is a storage of that name: add a step '- read: " + name + "'."
              : Suggestions.sentence(name, candidates, "steps");
      problems.add(step.source().at(field), label(step) + "no step '" + name + "'. " + hint);
    }
  }

  private static Type product(Step.Make make) {
    return make.factory().type().product();
  }

  private Optional<Storage> storage(Step step, String field, String name) {
    Optional<Storage> storage = storages.find(name);
    if (storage.isEmpty()) {
      problems.add(step.source().at(field), label(step) + storages.unknown(name));
    }
    return storage;
  }

  private void requireReadable(Step.Read read) {
    storage(read, "read", read.storage())
        .ifPresent(
            storage -> {
              Ability needed = needed(read);
              if (!storage.abilities().contains(needed)) {
                problems.add(read.source().at("read"), label(read) + storage.cannot(needed));
              }
            });
  }

  private static Ability needed(Step.Read read) {
    if (read.stream()) {
      return Ability.STREAM_READ;
    }
    return read.version().isPresent() ? Ability.TIME_TRAVEL : Ability.READ;
  }

  private void requireWritable(Step.Write write, String field) {
    storage(write, field, write.storage())
        .filter(storage -> !storage.writeModes().contains(write.mode()))
        .ifPresent(
            storage ->
                problems.add(
                    write.source().at(field.equals("write") ? "mode" : field),
                    label(write) + storage + " " + storage.unsupported(write.mode())));
  }

  private List<Step> before(Step step) {
    return Stream.concat(stages.before(step).stream(), storageOrder.before(step).stream())
        .distinct()
        .toList();
  }

  private Set<String> needs(Step step) {
    Set<String> needs = new LinkedHashSet<>(inputs.get(key(step.name())));
    before(step).forEach(earlier -> needs.add(key(earlier.name())));
    step.settings()
        .fallback()
        .flatMap(Fallback::step)
        .map(PlanChecker::key)
        .filter(byName::containsKey)
        .ifPresent(needs::add);
    return needs;
  }

  private void unused() {
    boolean writes = pipeline.steps().stream().anyMatch(Stages::acts);
    if (!writes) {
      problems.add(
          pipeline.position(), "the pipeline writes nothing. Add a step '- write: STORAGE'.");
      return;
    }
    for (Step step : byName.values()) {
      if (!Stages.acts(step) && !used.contains(key(step.name()))) {
        problems.add(
            step.source().position(),
            label(step) + "its rows are used by no other step. Use it or remove it.");
      }
    }
  }
}
