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
    List<Step> order = order();
    staleReads(order);
    unused();
    StreamCheck streams =
        new StreamCheck(
            byName, inputs, step -> reads(step, new LinkedHashSet<>()), storages, problems);
    streams.steps();
    SchemaCheck schemas = new SchemaCheck(storages, queries, inputs, sparkConf, problems);
    List<Plan.Node> nodes = schemas.nodes(order, this::predecessors);
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
      requireWritable(write);
    }
    inputs.put(key(step.name()), found);
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

  private void requireWritable(Step.Write write) {
    storage(write, "write", write.storage())
        .filter(storage -> !storage.writeModes().contains(write.mode()))
        .ifPresent(
            storage ->
                problems.add(
                    write.source().at("mode"),
                    label(write) + storage + " " + storage.unsupported(write.mode())));
  }

  /** Writes that come earlier in the file and touch a storage that this step touches. */
  private List<Step.Write> predecessors(Step step) {
    String storage = touched(step);
    return pipeline.steps().stream()
        .takeWhile(earlier -> earlier != step)
        .filter(Step.Write.class::isInstance)
        .map(Step.Write.class::cast)
        .filter(write -> write.storage().equals(storage))
        .toList();
  }

  private static String touched(Step step) {
    if (step instanceof Step.Read read) {
      return read.storage();
    }
    return step instanceof Step.Write write ? write.storage() : "";
  }

  /**
   * Reads are lazy: rows that are read before a write of their storage and used after it would be
   * those of either time.
   */
  private void staleReads(List<Step> order) {
    for (Step user : order) {
      if (user instanceof Step.Write) {
        for (Step.Read read : reads(user, new LinkedHashSet<>())) {
          order.subList(0, order.indexOf(user)).stream()
              .filter(step -> step instanceof Step.Write write && overtakes(write, read))
              .findFirst()
              .ifPresent(write -> stale((Step.Write) user, read, write));
        }
      }
    }
  }

  private boolean overtakes(Step.Write write, Step.Read read) {
    return write.storage().equals(read.storage())
        && read.version().isEmpty()
        && !predecessors(read).contains(write);
  }

  private Set<Step.Read> reads(Step step, Set<String> seen) {
    Set<Step.Read> found = new LinkedHashSet<>();
    if (step instanceof Step.Read read) {
      found.add(read);
    }
    inputs.get(key(step.name())).stream()
        .filter(seen::add)
        .forEach(input -> found.addAll(reads(byName.get(input), seen)));
    return found;
  }

  private void stale(Step.Write user, Step.Read read, Step write) {
    problems.add(
        user.source().at("from"),
        label(user)
            + "its rows come from '"
            + read.name()
            + "', but '"
            + write.name()
            + "' writes that storage in between. Move this step before '"
            + write.name()
            + "', or read '"
            + read.storage()
            + "' again after it and use those rows.");
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
    predecessors(step).forEach(write -> needs.add(key(write.name())));
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
