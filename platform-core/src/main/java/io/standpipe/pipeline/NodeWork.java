package io.standpipe.pipeline;

import io.standpipe.config.StepRetrySection;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.resilience.Call;
import io.standpipe.resilience.Diagnosis;
import io.standpipe.resilience.Outcome;
import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.resilience.Resilience;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
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
  private final BiConsumer<Plan.Node, Call.Repeat> repeating;
  private final TaskCounter counter;
  private final RunIdentity run;
  private final BooleanSupplier cancelled;
  private final Predicate<Plan.Node> madeBefore;
  private final Map<String, String> unrepeatable = new ConcurrentHashMap<>();
  private final NodeRows rows;
  private final Repeatability repeatability;

  /**
   * @param repeating is told of each failure after which a node is tried again
   * @param madeBefore whether the value of a factory was made before the run was resumed
   * @param cancelled whether nobody wants what is being done any more
   */
  NodeWork(
      Graph graph,
      Storages storages,
      Resilience resilience,
      SparkSession spark,
      RunListener listener,
      BiConsumer<Plan.Node, Call.Repeat> repeating,
      TaskCounter counter,
      RunIdentity run,
      Predicate<Plan.Node> madeBefore,
      BooleanSupplier cancelled) {
    this.graph = graph;
    this.storages = storages;
    this.resilience = resilience;
    this.spark = spark;
    this.listener = listener;
    this.repeating = repeating;
    this.counter = counter;
    this.run = run;
    this.madeBefore = madeBefore;
    this.cancelled = cancelled;
    this.rows = new NodeRows(graph, storages, spark);
    this.repeatability = new Repeatability(graph, storages);
  }

  /**
   * What came of it.
   *
   * @param fellBack the nodes in whose place something else was used, this one perhaps among them
   */
  record Done(Outcome<Counts> outcome, List<FellBack> fellBack) {
    /** What was used in place of this node. */
    Optional<FellBack> fellBack(Plan.Node node) {
      return fellBack.stream().filter(it -> it.node() == node).findFirst();
    }
  }

  /** A node in whose place something else was used. */
  record FellBack(Plan.Node node, Fallback fallback, GivenUp failure) {}

  /** One thing that a node does. */
  @FunctionalInterface
  private interface Action {
    Counts run(Step step, int attempt) throws Exception;

    /** Whether a success shows that the storages work. */
    default boolean callsStorages() {
      return true;
    }
  }

  /** Looks at queries and conditions, which need no storage. */
  private final class Opening implements Action {
    private final Plan.Node node;

    Opening(Plan.Node node) {
      this.node = node;
    }

    @Override
    public Counts run(Step step, int attempt) throws SqlProblem {
      rows.open(node);
      return Counts.NONE;
    }

    @Override
    public boolean callsStorages() {
      return node.step() instanceof Step.Read;
    }
  }

  /** Finds out whether the node can do its work as far as that needs no rows. */
  Done open(Plan.Node node) {
    return perform(node, new Opening(node));
  }

  /** Has the factory of a node make its value. */
  Done make(Plan.Node node) {
    return perform(node, (step, attempt) -> made(node, attempt));
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
    Set<Plan.Node> tried = new HashSet<>();
    List<FellBack> fellBack = new ArrayList<>();
    Step step = node.step();
    int attempts = 0;
    while (true) {
      Outcome<Counts> outcome = resilience.call(new NodeCall(node, step, action, attempts));
      attempts += outcome.attempts();
      Optional<FellBack> substitute =
          cancelled.getAsBoolean()
              ? Optional.empty()
              : outcome.failure().flatMap(failure -> substitute(node, failure, tried));
      if (substitute.isEmpty()) {
        return new Done(
            new Outcome<>(outcome.value(), outcome.failure(), attempts), List.copyOf(fellBack));
      }
      Plan.Node replaced = substitute.get().node();
      tried.add(replaced);
      Fallback fallback = substitute.get().fallback();
      if (step instanceof Step.Write write && replaced == node) {
        fellBack.add(substitute.get());
        step = write.to(fallback.storage().orElseThrow());
      } else if (rows.substitute(replaced, fallback)) {
        fellBack.add(substitute.get());
      }
    }
  }

  /**
   * The node itself, or the read that is to blame, if there is something to be used instead. That
   * may be in use already because of another node: then this one only tries again.
   */
  private Optional<FellBack> substitute(Plan.Node node, GivenUp failure, Set<Plan.Node> tried) {
    Optional<String> storage = failure.diagnosis().storage();
    return graph.sources(node).stream()
        .filter(each -> each == node || isRead(each, storage))
        .filter(each -> each.step().settings().fallback().isPresent())
        .filter(each -> !tried.contains(each))
        .reduce((nearer, farther) -> farther)
        .map(each -> new FellBack(each, each.step().settings().fallback().get(), failure));
  }

  private static boolean isRead(Plan.Node node, Optional<String> storage) {
    return node.step() instanceof Step.Read read
        && storage.filter(read.storage()::equals).isPresent();
  }

  private Counts made(Plan.Node node, int attempt) throws Exception {
    Optional<Fallback> instead = rows.substitute(node);
    if (instead.isPresent()) {
      rows.made(node, rows.instead(instead.get()));
      return Counts.NONE;
    }
    Moved moved = new Moved(node);
    FactoryWork factory =
        new FactoryWork(node, rows, repeatability, spark, run, madeBefore.test(node), attempt);
    try {
      rows.made(node, factory.make());
    } finally {
      factory.unrepeatable().ifPresent(why -> unrepeatable.put(node.name(), why));
    }
    return moved.counts(UnaryOperator.identity(), OptionalLong.empty());
  }

  private Counts write(Plan.Node node, Step.Write write, int attempt) throws SqlProblem {
    Moved moved = new Moved(node);
    WriteRequest request = request(write, Optional.of(new CommitToken(run.id(), write.name())));
    Dataset<Row> from = rows.of(write.from(), attempt);
    Optional<DeadLetterWrite> rejecting =
        write
            .deadLetters()
            .map(it -> new DeadLetterWrite(write, storages, spark, run, moved::written));
    WriteResult result =
        rejecting.isPresent()
            ? rejecting.get().run(from, request)
            : storages.require(write.storage()).write(spark, from, request);
    long kept = rejecting.map(DeadLetterWrite::counted).orElse(0L);
    return moved.counts(
        counted -> Counts.written(result, counted - kept),
        rejecting.map(DeadLetterWrite::rejected).orElse(OptionalLong.empty()));
  }

  /** What the Spark tasks of a node move from now on. */
  private final class Moved {
    private final TaskCounter.Count count;
    private final long read;
    private final long written;

    Moved(Plan.Node node) {
      this.count = watch(node, group(node));
      this.read = count.rowsRead();
      this.written = count.rowsWritten();
    }

    /** How many rows the tasks have written so far, as they count. */
    long written() {
      TaskCounter.drain(spark.sparkContext());
      return count.rowsWritten() - written;
    }

    /**
     * @param writtenOf how many rows were written, of how many the tasks have counted
     */
    Counts counts(UnaryOperator<Long> writtenOf, OptionalLong rejected) {
      long counted = written();
      return new Counts(
          OptionalLong.empty(),
          OptionalLong.of(count.rowsRead() - read),
          OptionalLong.of(writtenOf.apply(counted)),
          rejected);
    }
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
    return run.id() + "/" + node.name();
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

  /** The storages that take part in what a node does, the written one first. */
  List<Storage> storages(Plan.Node node, Step step) {
    List<String> names = new ArrayList<>(step.writes());
    names.addAll(step.reads());
    if (step instanceof Step.Write write) {
      write.deadLetters().ifPresent(letters -> names.add(letters.storage()));
    }
    for (Plan.Node source : graph.sources(node)) {
      if (source != node) {
        names.addAll(source.step().reads());
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
    private final int before;

    /**
     * @param before how often the node was tried before, with what it fell back from
     */
    NodeCall(Plan.Node node, Step step, Action action, int before) {
      this.node = node;
      this.step = step;
      this.action = action;
      this.before = before;
    }

    @Override
    public Counts run(int attempt) throws Exception {
      return action.run(step, attempt);
    }

    @Override
    public Collection<Storage> storages() {
      return NodeWork.this.storages(node, step);
    }

    @Override
    public Optional<String> unrepeatable() {
      return step instanceof Step.Write write
          ? repeatability.whyNotAgain(node, write.storage(), write.mode())
          : Optional.ofNullable(unrepeatable.get(node.name()));
    }

    @Override
    public boolean callsStorages() {
      return action.callsStorages();
    }

    @Override
    public Optional<StepRetrySection> retry() {
      return step.settings().retry();
    }

    @Override
    public boolean isCancelled() {
      return cancelled.getAsBoolean() || Call.super.isCancelled();
    }

    @Override
    public void repeating(Repeat repeat) {
      repeating.accept(node, repeat.after(before));
    }
  }
}
