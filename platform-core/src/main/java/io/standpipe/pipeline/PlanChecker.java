package io.standpipe.pipeline;

import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    List.copyOf(byName.values()).forEach(this::references);
    storageOrder = new StorageOrder(byName, inputs);
    List<Step> order = order();
    storageOrder.staleReads(order, problems);
    unused();
    StreamCheck streams = new StreamCheck(byName, inputs, storageOrder::reads, storages, problems);
    streams.steps();
    SchemaCheck schemas = new SchemaCheck(storages, queries, inputs, sparkConf, problems);
    List<Plan.Node> nodes = schemas.nodes(order, storageOrder::before);
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
    }
    inputs.put(key(step.name()), found);
    step.settings().fallback().ifPresent(fallback -> fallback(step, fallback));
  }

  /** What is used instead of a step must be able to do what the step does. */
  private void fallback(Step step, Fallback fallback) {
    boolean stream =
        step instanceof Step.Read read && read.stream()
            || step instanceof Step.Write write && write.stream().isPresent();
    if (stream) {
      fallbackProblem(step, "a stream has no fallback: it goes on where it stopped. Remove it.");
    } else if (fallback.step().isPresent()) {
      if (step instanceof Step.Write) {
        fallbackProblem(step, "a write falls back to a storage, not to a step. Give 'storage'.");
      } else {
        reference(step, "fallback", fallback.step().get(), new LinkedHashSet<>());
      }
    } else if (step instanceof Step.Write write) {
      requireWritable(write.to(fallback.storage().orElseThrow()), "fallback");
    } else {
      storage(step, "fallback", fallback.storage().orElseThrow())
          .filter(storage -> !storage.abilities().contains(Ability.READ))
          .ifPresent(storage -> fallbackProblem(step, storage.cannot(Ability.READ)));
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

  /**
   * A topological order that keeps the file's order where it can. Steps on a cycle are reported and
   * left out.
   */
  private List<Step> order() {
    List<Step> open = new ArrayList<>(byName.values());
    Set<String> done = new LinkedHashSet<>();
    List<Step> order = new ArrayList<>();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Step step : List.copyOf(open)) {
        if (done.containsAll(needs(step))) {
          open.remove(step);
          done.add(key(step.name()));
          order.add(step);
          moved = true;
        }
      }
    }
    if (!open.isEmpty()) {
      cycle(open);
    }
    return order;
  }

  private Set<String> needs(Step step) {
    Set<String> needs = new LinkedHashSet<>(inputs.get(key(step.name())));
    storageOrder.before(step).forEach(write -> needs.add(key(write.name())));
    step.settings()
        .fallback()
        .flatMap(Fallback::step)
        .map(PlanChecker::key)
        .filter(byName::containsKey)
        .ifPresent(needs::add);
    return needs;
  }

  private void cycle(List<Step> open) {
    Set<String> stuck = new LinkedHashSet<>();
    open.forEach(step -> stuck.add(key(step.name())));
    List<String> path = new ArrayList<>();
    String next = stuck.iterator().next();
    while (!path.contains(next)) {
      path.add(next);
      next = needs(byName.get(next)).stream().filter(stuck::contains).findFirst().orElseThrow();
    }
    path.add(next);
    List<String> cycle = path.subList(path.indexOf(next), path.size());
    List<String> names = cycle.stream().map(name -> "'" + byName.get(name).name() + "'").toList();
    problems.add(
        byName.get(next).source().position(),
        "these steps need each other in a cycle: "
            + String.join(" needs ", names)
            + ". Break it at one of them.");
  }

  private void unused() {
    boolean writes = pipeline.steps().stream().anyMatch(Step.Write.class::isInstance);
    if (!writes) {
      problems.add(
          pipeline.position(), "the pipeline writes nothing. Add a step '- write: STORAGE'.");
      return;
    }
    for (Step step : byName.values()) {
      if (!(step instanceof Step.Write) && !used.contains(key(step.name()))) {
        problems.add(
            step.source().position(),
            label(step) + "its rows are used by no other step. Use it or remove it.");
      }
    }
  }
}
