package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.problem;

import io.standpipe.config.Problems;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storages;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.analysis.UnsupportedOperationChecker;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.StructType;

/** Checks what is special about the steps of streams. */
final class StreamCheck {
  private final Map<String, Step> byName;
  private final Map<String, Set<String>> inputs;
  private final Function<Step, Set<Step>> reads;
  private final Storages storages;
  private final Problems problems;

  /**
   * @param reads the steps with storages that the rows of a step come from
   */
  StreamCheck(
      Map<String, Step> byName,
      Map<String, Set<String>> inputs,
      Function<Step, Set<Step>> reads,
      Storages storages,
      Problems problems) {
    this.byName = byName;
    this.inputs = inputs;
    this.reads = reads;
    this.storages = storages;
    this.problems = problems;
  }

  /** What can be told from the steps alone. */
  void steps() {
    Map<String, Step.Write> checkpoints = new LinkedHashMap<>();
    Map<String, Step.Write> written = new LinkedHashMap<>();
    for (Step step : byName.values()) {
      overtaken(step, written);
      if (step instanceof Step.Make && !streams(step).isEmpty()) {
        problem(
            problems,
            step,
            "factory",
            "it takes rows of the stream '"
                + streams(step).iterator().next().name()
                + "', which never end. Use SQL steps for a stream.");
      }
      if (!(step instanceof Step.Write write)) {
        continue;
      }
      Set<Step.Read> streams = streams(write);
      if (streams.isEmpty()) {
        write.stream()
            .ifPresent(
                settings ->
                    problem(
                        problems,
                        write,
                        "checkpoint",
                        "'checkpoint' is for rows of a stream, and none of its rows come from one. Read with"
                            + " 'stream: true', or remove it."));
      } else if (write.stream().isEmpty()) {
        problem(
            problems,
            write,
            "from",
            "its rows come from the stream '"
                + streams.iterator().next().name()
                + "'. Add 'checkpoint', a folder that keeps how far the stream has come.");
      } else {
        checkpoint(write, checkpoints);
        mode(write, write.stream().get());
        ownRows(write);
        written.put(write.storage(), write);
      }
    }
  }

  private void checkpoint(Step.Write write, Map<String, Step.Write> checkpoints) {
    String folder = write.stream().orElseThrow().checkpoint().uri().replaceFirst("/+$", "");
    Step.Write other = checkpoints.putIfAbsent(folder, write);
    if (other != null) {
      problem(
          problems,
          write,
          "checkpoint",
          "'" + other.name() + "' has the same checkpoint. Give each write a folder of its own.");
    }
  }

  private void mode(Step.Write write, StreamSettings settings) {
    boolean whole = settings.outputMode() == OutputMode.COMPLETE;
    switch (write.mode()) {
      case APPEND -> {
        if (whole) {
          problem(
              problems,
              write,
              "mode",
              "with outputMode complete each batch has all rows, and append would add them again. Use"
                  + " overwrite or upsert.");
        }
        delivery(write, settings);
      }
      case OVERWRITE -> {
        if (!whole) {
          problem(
              problems,
              write,
              "mode",
              "each batch would replace the rows of the one before. Use append or upsert, or outputMode"
                  + " complete.");
        }
        if (write.replaceWhere().isPresent()) {
          problem(
              problems, write, "replaceWhere", "'replaceWhere' does not go with rows of a stream.");
        }
      }
      case ERROR_IF_EXISTS, IGNORE ->
          problem(
              problems,
              write,
              "mode",
              "mode "
                  + write.mode().id()
                  + " would write the first batch only. Use append, upsert, delete, or overwrite with"
                  + " outputMode complete.");
      default -> {}
    }
  }

  private void delivery(Step.Write write, StreamSettings settings) {
    storages
        .find(write.storage())
        .filter(storage -> storage.writeModes().contains(WriteMode.APPEND))
        .filter(storage -> !storage.abilities().contains(Ability.IDEMPOTENT_APPEND))
        .filter(storage -> settings.delivery() == DeliveryGuarantee.EXACTLY_ONCE)
        .ifPresent(
            storage ->
                problem(
                    problems,
                    write,
                    "mode",
                    storage
                        + " does not recognise a batch that is repeated after a failure, and would append it"
                        + " twice."
                        + (storage.writeModes().contains(WriteMode.UPSERT)
                            ? " Use upsert, or allow it"
                            : " Allow it")
                        + " with 'delivery: atLeastOnce'."));
  }

  /** A batch must not become part of what the stream, or a table joined to it, reads. */
  private void ownRows(Step.Write write) {
    reads.apply(write).stream()
        .filter(read -> read.reads().contains(write.storage()))
        .filter(read -> !(read instanceof Step.Read table) || table.version().isEmpty())
        .findFirst()
        .ifPresent(
            read ->
                problem(
                    problems,
                    write,
                    "write",
                    "its rows come from '"
                        + read.name()
                        + "', which reads the same storage, and would change with each batch. Write to"
                        + " another storage."));
  }

  /** A stream may never end, so that nothing can come after it. */
  private void overtaken(Step step, Map<String, Step.Write> written) {
    Stream.concat(step.reads().stream(), step.writes().stream())
        .filter(written::containsKey)
        .findFirst()
        .map(written::get)
        .ifPresent(
            write ->
                problem(
                    problems,
                    step,
                    step instanceof Step.Read ? "read" : "write",
                    "'"
                        + write.name()
                        + "' writes the storage '"
                        + write.storage()
                        + "' from a stream, which ends when the run does. "
                        + (step instanceof Step.Read
                            ? "Read it in another pipeline."
                            : "Put the rows of both into one write with UNION ALL, or write in another"
                                + " pipeline.")));
  }

  /** What Spark cannot do with rows that never end, where the columns are known. */
  void operations(
      List<Plan.Node> nodes, Map<String, SqlText> queries, Supplier<OfflineAnalyzer> analyzer) {
    Map<String, StructType> schemas = new LinkedHashMap<>();
    nodes.forEach(node -> node.schema().ifPresent(schema -> schemas.put(key(node.name()), schema)));
    for (Step step : byName.values()) {
      if (step instanceof Step.Write write
          && write.stream().isPresent()
          && !streams(write).isEmpty()) {
        Optional<LogicalPlan> plan = plan(key(write.from()), schemas, queries);
        try {
          if (plan.isPresent()) {
            supported(analyzer.get().analyzed(plan.get()), write.stream().get());
          }
        } catch (SqlProblem e) {
          problem(problems, write, "from", e.getMessage());
        }
      }
    }
  }

  /**
   * Asks Spark whether it can do a query on a stream.
   *
   * @throws SqlProblem if it cannot
   */
  static void supported(LogicalPlan analyzed, StreamSettings settings) throws SqlProblem {
    SqlText.analyze(
        () -> {
          UnsupportedOperationChecker.checkForStreaming(analyzed, settings.outputMode().spark());
          return analyzed;
        });
  }

  private Optional<LogicalPlan> plan(
      String name, Map<String, StructType> schemas, Map<String, SqlText> queries) {
    Step step = byName.get(name);
    if (step instanceof Step.Read read) {
      return Optional.ofNullable(schemas.get(name))
          .map(read.stream() ? OfflineAnalyzer::stream : OfflineAnalyzer::relation);
    }
    SqlText query = queries.get(name);
    if (query == null || query.readsCatalog()) {
      return Optional.empty();
    }
    Map<String, LogicalPlan> relations = new LinkedHashMap<>();
    for (String input : inputs.get(name)) {
      Optional<LogicalPlan> relation = plan(input, schemas, queries);
      if (relation.isEmpty()) {
        return Optional.empty();
      }
      relations.put(input, relation.get());
    }
    return Optional.of(query.bind(relations));
  }

  private Set<Step.Read> streams(Step user) {
    Set<Step.Read> found = new LinkedHashSet<>();
    for (Step step : reads.apply(user)) {
      if (step instanceof Step.Read read && read.stream()) {
        found.add(read);
      }
    }
    return found;
  }
}
