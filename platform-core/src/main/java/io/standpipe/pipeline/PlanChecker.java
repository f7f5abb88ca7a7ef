package io.standpipe.pipeline;

import io.standpipe.config.Problems;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
  private final Map<String, List<Delivered>> deliveries = new LinkedHashMap<>();
  private Stages stages;
  private StepReferences references;
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
    references = new StepReferences(byName, stages, storages, problems);
    List.copyOf(byName.values()).forEach(this::references);
    storageOrder = new StorageOrder(byName, inputs);
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    byName.forEach((name, step) -> needs.put(name, needs(step)));
    List<Step> order = new StepOrder(byName, needs).steps(problems);
    storageOrder.staleReads(order, problems);
    storageOrder.ownLetters(problems);
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
              query ->
                  query.tables().forEach(table -> references.reference(step, "sql", table, found)));
    } else if (step instanceof Step.Filter filter) {
      references.reference(step, "from", filter.from(), found);
      parse(step, "filter", () -> SqlText.filter(filter.from(), filter.condition()));
    } else if (step instanceof Step.Write write) {
      references.reference(step, "from", write.from(), found);
      references.requireWritable(write, "write");
      write.deadLetters().ifPresent(letters -> deadLetters(write, letters));
    } else if (step instanceof Step.Make make) {
      make(make, found);
    }
    inputs.put(key(step.name()), found);
    step.settings()
        .fallback()
        .ifPresent(fallback -> new FallbackCheck(references, problems).check(step, fallback));
  }

  private void deadLetters(Step.Write write, DeadLetters letters) {
    Optional<Storage> target = storages.find(write.storage());
    Optional<Storage> storage = references.storage(write, "deadLetters", letters.storage());
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
    } else if (!letters.selects()) {
      target
          .flatMap(it -> DeadLetterWrite.whyNotIsolating(write, it))
          .ifPresent(it -> deadLetterProblem(write, it));
    }
  }

  private void deadLetterProblem(Step.Write write, String message) {
    problem(problems, write, "deadLetters", message);
  }

  private void make(Step.Make make, Set<String> found) {
    DeliveryCheck check = new DeliveryCheck(byName, stages, references, storages, problems);
    check.storages(make);
    List<Delivered> delivered = check.of(make);
    deliveries.put(key(make.name()), delivered);
    for (Delivered each : delivered) {
      each.step()
          .ifPresent(
              name -> {
                found.add(key(name));
                references.use(name);
              });
    }
  }

  private Optional<SqlText> parse(Step step, String field, SqlSource source) {
    try {
      SqlText query = source.parse();
      queries.put(key(step.name()), query);
      return Optional.of(query);
    } catch (SqlProblem e) {
      problem(problems, step, field, "the SQL does not parse: " + e.getMessage());
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

  /** Reports what is wrong with a field of a step. */
  static void problem(Problems problems, Step step, String field, String message) {
    problems.add(step.source().at(field), label(step) + message);
  }

  private void requireReadable(Step.Read read) {
    references
        .storage(read, "read", read.storage())
        .ifPresent(
            storage -> {
              Ability needed = needed(read);
              if (!storage.abilities().contains(needed)) {
                problem(problems, read, "read", storage.cannot(needed));
              }
            });
  }

  private static Ability needed(Step.Read read) {
    if (read.stream()) {
      return Ability.STREAM_READ;
    }
    return read.version().isPresent() ? Ability.TIME_TRAVEL : Ability.READ;
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
      if (!Stages.acts(step) && !references.isUsed(step)) {
        problems.add(
            step.source().position(),
            label(step) + "its rows are used by no other step. Use it or remove it.");
      }
    }
  }
}
