package io.standpipe.pipeline;

import io.standpipe.config.RetrySection;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.resilience.Call;
import io.standpipe.resilience.Diagnosis;
import io.standpipe.resilience.Outcome;
import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.resilience.Resilience;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Does what nodes do, with repeats and with what is used instead. Thread-safe. */
final class NodeWork {
  private final Graph graph;
  private final Storages storages;
  private final Resilience resilience;
  private final SparkSession spark;
  private final RunListener listener;
  private final TaskCounter counter;
  private final String run;
  private final BooleanSupplier cancelled;
  private final NodeRows rows;

  /**
   * @param run the id of the run; writes carry it in their commit token
   * @param cancelled whether nobody wants what is being done any more
   */
  NodeWork(
      Graph graph,
      Storages storages,
      Resilience resilience,
      SparkSession spark,
      RunListener listener,
      TaskCounter counter,
      String run,
      BooleanSupplier cancelled) {
    this.graph = graph;
    this.storages = storages;
    this.resilience = resilience;
    this.spark = spark;
    this.listener = listener;
    this.counter = counter;
    this.run = run;
    this.cancelled = cancelled;
    this.rows = new NodeRows(graph, storages, spark);
  }

  /**
   * What came of it.
   *
   * @param fellBack the nodes in whose place something else was used, this one perhaps among them
   */
  record Done(Outcome<Counts> outcome, List<FellBack> fellBack) {}

  /** A node in whose place something else was used. */
  record FellBack(Plan.Node node, Fallback fallback, GivenUp failure) {}

  /** One thing that a node does. */
  @FunctionalInterface
  private interface Action {
    Counts run(Step step, int attempt) throws SqlProblem;
  }

  /** Finds out whether the node can do its work as far as that needs no rows. */
  Done open(Plan.Node node) {
    return perform(
        node,
        (step, attempt) -> {
          rows.open(node);
          return Counts.NONE;
        });
  }

  /** Writes; the node has been opened. */
  Done write(Plan.Node node) {
    return perform(node, (step, attempt) -> write(node, (Step.Write) step, attempt));
  }

  /** The rows of a step that was opened. */
  Dataset<Row> rows(String step) {
    return rows.of(step);
  }

  private Done perform(Plan.Node node, Action action) {
    List<FellBack> fellBack = new ArrayList<>();
    Step step = node.step();
    while (true) {
      Outcome<Counts> outcome = resilience.call(new NodeCall(node, step, action));
      Optional<FellBack> substitute =
          cancelled.getAsBoolean()
              ? Optional.empty()
              : outcome.failure().flatMap(failure -> substitute(node, failure, fellBack));
      if (substitute.isEmpty()) {
        return new Done(outcome, fellBack);
      }
      fellBack.add(substitute.get());
      Fallback fallback = substitute.get().fallback();
      if (step instanceof Step.Write write && substitute.get().node() == node) {
        step = write.to(fallback.storage().orElseThrow());
      } else {
        rows.substitute(substitute.get().node(), fallback);
      }
    }
  }

  /** The node itself, or the read that is to blame, if there is something to be used instead. */
  private Optional<FellBack> substitute(Plan.Node node, GivenUp failure, List<FellBack> already) {
    Optional<String> storage = failure.diagnosis().storage();
    return graph.sources(node).stream()
        .filter(each -> each == node || isRead(each, storage))
        .filter(each -> each.step().settings().fallback().isPresent())
        .filter(each -> already.stream().noneMatch(done -> done.node() == each))
        .filter(each -> rows.substitute(each).isEmpty())
        .reduce((nearer, farther) -> farther)
        .map(each -> new FellBack(each, each.step().settings().fallback().get(), failure));
  }

  private static boolean isRead(Plan.Node node, Optional<String> storage) {
    return node.step() instanceof Step.Read read
        && storage.filter(read.storage()::equals).isPresent();
  }

  private Counts write(Plan.Node node, Step.Write write, int attempt) throws SqlProblem {
    String group = group(node);
    TaskCounter.Count count = watch(node, group);
    long read = count.rowsRead();
    long written = count.rowsWritten();
    WriteRequest request = request(write, Optional.of(new CommitToken(run, write.name())));
    WriteResult result =
        storages.require(write.storage()).write(spark, rows(write, attempt), request);
    TaskCounter.drain(spark.sparkContext());
    return new Counts(
        OptionalLong.empty(),
        OptionalLong.of(count.rowsRead() - read),
        OptionalLong.of(Counts.written(result, count.rowsWritten() - written)));
  }

  /** A repeat reads its sources anew: what failed may have been out of date. */
  private Dataset<Row> rows(Step.Write write, int attempt) throws SqlProblem {
    boolean asOpened =
        attempt == 1
            && graph.sources(graph.node(write.from())).stream()
                .allMatch(each -> rows.substitute(each).isEmpty());
    return asOpened ? rows.of(write.from()) : rows.again(write.from());
  }

  /** An error of a node that nobody repeats. */
  GivenUp giveUp(Plan.Node node, Throwable error) {
    return new GivenUp(error, Diagnosis.of(error, storages(node, node.step())), "");
  }

  /** What a write asks of its storage. */
  WriteRequest request(Step.Write write, Optional<CommitToken> token) {
    return new WriteRequest(
        write.mode(), write.keys(), rows.replaced(write), write.schemaEvolution(), token);
  }

  /** The name of the node's Spark jobs. */
  String group(Plan.Node node) {
    return run + "/" + node.name();
  }

  /** Counts what a node's Spark jobs do, and tells of it. */
  TaskCounter.Count watch(Plan.Node node, String group) {
    TaskCounter.Count[] count = new TaskCounter.Count[1];
    count[0] =
        counter.watch(
            group,
            () ->
                listener.progressed(
                    node,
                    count[0].tasksDone(),
                    count[0].tasksKnown(),
                    count[0].rowsRead(),
                    count[0].rowsWritten()));
    return count[0];
  }

  /** What was applied would be applied once more to its own result. */
  private Optional<String> whyNotAgain(Plan.Node node, Step.Write write) {
    boolean readsItself =
        graph.sources(node).stream()
            .anyMatch(each -> each != node && isRead(each, Optional.of(write.storage())));
    WriteMode strictest = readsItself ? WriteMode.APPEND : write.mode();
    return storages.require(write.storage()).unrepeatable(strictest);
  }

  /** The storages that take part in what a node does, the written one first. */
  List<Storage> storages(Plan.Node node, Step step) {
    List<String> names = new ArrayList<>(Failures.storageOf(step).stream().toList());
    for (Plan.Node source : graph.sources(node)) {
      if (source != node) {
        Failures.storageOf(source.step()).ifPresent(names::add);
      }
      rows.substitute(source).flatMap(Fallback::storage).ifPresent(names::add);
    }
    return names.stream().distinct().flatMap(name -> storages.find(name).stream()).toList();
  }

  /** What a node does, for those who repeat it. */
  private final class NodeCall implements Call<Counts> {
    private final Plan.Node node;
    private final Step step;
    private final Action action;

    NodeCall(Plan.Node node, Step step, Action action) {
      this.node = node;
      this.step = step;
      this.action = action;
    }

    @Override
    public Counts run(int attempt) throws SqlProblem {
      return action.run(step, attempt);
    }

    @Override
    public Collection<Storage> storages() {
      return NodeWork.this.storages(node, step);
    }

    @Override
    public Optional<String> unrepeatable() {
      return step instanceof Step.Write write ? whyNotAgain(node, write) : Optional.empty();
    }

    @Override
    public Optional<RetrySection> retry() {
      return step.settings().retry();
    }

    @Override
    public boolean isCancelled() {
      return cancelled.getAsBoolean() || Call.super.isCancelled();
    }

    @Override
    public void repeating(Repeat repeat) {
      listener.repeating(node, repeat);
    }
  }
}
