package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.Condition;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** The rows of a run's nodes, as far as they are opened; they are lazy. Thread-safe. */
final class NodeRows {
  private final Graph graph;
  private final Storages storages;
  private final SparkSession spark;
  private final Map<String, Dataset<Row>> rows = new ConcurrentHashMap<>();
  private final Map<String, Object> values = new ConcurrentHashMap<>();
  private final Map<String, Condition> conditions = new ConcurrentHashMap<>();
  private final Map<String, Fallback> substitutes = new ConcurrentHashMap<>();

  NodeRows(Graph graph, Storages storages, SparkSession spark) {
    this.graph = graph;
    this.storages = storages;
    this.spark = spark;
  }

  /** The rows of a step that was opened. */
  Dataset<Row> of(String step) {
    Dataset<Row> opened = rows.get(key(step));
    if (opened == null) {
      throw new IllegalStateException("there are no rows of '" + step + "': it has not been run");
    }
    return opened;
  }

  /**
   * The rows of a step for a try. A repeat reads their sources anew: what failed may have been out
   * of date, or something else is used by now.
   */
  Dataset<Row> of(String step, int attempt) throws SqlProblem {
    boolean asOpened =
        attempt == 1
            && graph.sources(graph.node(step)).stream()
                .allMatch(each -> substitute(each).isEmpty());
    return asOpened ? of(step) : again(step);
  }

  /** What a factory has made. */
  void made(Plan.Node node, Object value) {
    values.put(key(node.name()), value);
    if (value instanceof Dataset<?> dataset) {
      rows.put(key(node.name()), dataset.toDF());
    }
  }

  /** What a step delivers for a try: what its factory has made, or its rows. */
  Object value(String step, int attempt) throws SqlProblem {
    Object value = values.get(key(step));
    return value == null ? of(step, attempt) : value;
  }

  /** The rows of a step, its sources read anew: they may have changed since they were opened. */
  Dataset<Row> again(String step) throws SqlProblem {
    Map<String, Dataset<Row>> fresh = new HashMap<>();
    for (Plan.Node node : graph.upTo(graph.node(step))) {
      fresh.put(key(node.name()), rows(node, fresh));
    }
    return fresh.get(key(step));
  }

  /** What an overwrite replaces, once its write was opened. */
  Optional<Condition> replaced(Step.Write write) {
    return Optional.ofNullable(conditions.get(key(write.name())));
  }

  /** Finds out whether the node can do its work as far as that needs no rows. */
  void open(Plan.Node node) throws SqlProblem {
    if (!(node.step() instanceof Step.Write write)) {
      rows.put(key(node.name()), rows(node, rows));
      return;
    }
    if (write.replaceWhere().isPresent()) {
      conditions.put(key(node.name()), replaceWhere(write, write.replaceWhere().get()));
    }
    if (write.stream().isPresent()) {
      StreamCheck.supported(of(write.from()).queryExecution().analyzed(), write.stream().get());
    }
  }

  /**
   * Uses something else in place of a node when its rows are read {@linkplain #again anew}; false
   * if that is so already.
   */
  boolean substitute(Plan.Node node, Fallback fallback) {
    return substitutes.putIfAbsent(key(node.name()), fallback) == null;
  }

  /** What is used in place of a node. */
  Optional<Fallback> substitute(Plan.Node node) {
    return Optional.ofNullable(substitutes.get(key(node.name())));
  }

  /** What is used in place of what a factory makes. */
  Object instead(Fallback fallback) throws SqlProblem {
    if (fallback.value().isPresent()) {
      return fallback.value().get();
    }
    return fallback.step().isPresent() ? value(fallback.step().get(), 1) : read(fallback);
  }

  private Dataset<Row> read(Fallback fallback) {
    return storages.require(fallback.storage().orElseThrow()).read(spark);
  }

  private Dataset<Row> rows(Plan.Node node, Map<String, Dataset<Row>> known) throws SqlProblem {
    Fallback fallback = substitutes.get(key(node.name()));
    if (fallback != null && !(node.step() instanceof Step.Make)) {
      return fallback.step().isPresent() ? again(fallback.step().get()) : read(fallback);
    }
    Step step = node.step();
    if (step instanceof Step.Read read) {
      return rows(read, storages.require(read.storage()));
    } else if (step instanceof Step.Sql sql) {
      return query(node, SqlText.query(sql.sql()), known);
    } else if (step instanceof Step.Make) {
      return of(step.name()); // made once a run
    } else if (step instanceof Step.Filter filter) {
      return query(node, SqlText.filter(filter.from(), filter.condition()), known);
    }
    throw new IllegalArgumentException("a write has no rows: " + node.name());
  }

  private Dataset<Row> rows(Step.Read read, Storage storage) {
    if (read.stream()) {
      return storage.readStream(spark);
    }
    return read.version().isPresent()
        ? storage.read(spark, read.version().get())
        : storage.read(spark);
  }

  private Dataset<Row> query(Plan.Node node, SqlText query, Map<String, Dataset<Row>> known)
      throws SqlProblem {
    Map<String, LogicalPlan> inputs = new LinkedHashMap<>();
    node.inputs()
        .forEach(input -> inputs.put(input, known.get(key(input)).queryExecution().analyzed()));
    return SqlText.analyze(() -> Dataset.ofRows(spark, query.bind(inputs)));
  }

  private Condition replaceWhere(Step.Write write, String condition) throws SqlProblem {
    Filter selected = SqlText.filter(of(write.from()).queryExecution().analyzed(), condition);
    LogicalPlan analyzed =
        SqlText.analyze(() -> Dataset.ofRows(spark, selected)).queryExecution().analyzed();
    return ColumnCondition.replaceWhere(write, analyzed, storages.require(write.storage()));
  }
}
