package io.standpipe.pipeline;

import io.standpipe.resilience.Resilience;
import io.standpipe.storage.Storage;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** The nodes of a run as the scheduler sees them, each at work in a context of its own. */
final class NodeTasks implements Scheduler.Tasks<Plan.Node> {
  private static final String SCHEDULER_POOL = "spark.scheduler.pool";

  private final Graph graph;
  private final NodeWork work;
  private final Resilience resilience;
  private final SparkSession spark;
  private final LoggingContext logging;
  private final Ending ending;
  private final Function<Plan.Node, Optional<Runnable>> beginning;
  private final Map<Plan.Node, Set<String>> resources = new ConcurrentHashMap<>();

  /**
   * @param beginning what is to be done with a node whose turn has come
   */
  NodeTasks(
      Graph graph,
      NodeWork work,
      Resilience resilience,
      SparkSession spark,
      LoggingContext logging,
      Ending ending,
      Function<Plan.Node, Optional<Runnable>> beginning) {
    this.graph = graph;
    this.work = work;
    this.resilience = resilience;
    this.spark = spark;
    this.logging = logging;
    this.ending = ending;
    this.beginning = beginning;
  }

  @Override
  public Collection<Plan.Node> needs(Plan.Node node) {
    return node.needs().stream().map(graph::node).toList();
  }

  @Override
  public Set<String> resources(Plan.Node node) {
    return resources.computeIfAbsent(
        node,
        key ->
            work.storages(node, node.step()).stream()
                .map(Storage::name)
                .collect(Collectors.toSet()));
  }

  @Override
  public int limit(String storage) {
    return resilience.concurrency(storage);
  }

  @Override
  public Optional<Runnable> begin(Plan.Node node) {
    return beginning.apply(node).map(task -> () -> inContext(node, task));
  }

  @Override
  public boolean cancels() {
    return ending.isNear();
  }

  @Override
  public void cancel(Plan.Node node) {
    SparkContext context = spark.sparkContext();
    // Somebody may have stopped Spark; then nothing is left to be cancelled.
    if (!context.isStopped()) {
      context.cancelJobGroup(work.group(node));
    }
  }

  /** What threads of a pool must be told anew for each node. */
  void inContext(Plan.Node node, Runnable task) {
    SparkContext context = spark.sparkContext();
    SparkSession.setActiveSession(spark);
    context.setJobGroup(work.group(node), graph.pipeline() + ": " + node.name(), true);
    context.setLocalProperty(SCHEDULER_POOL, node.name());
    try {
      logging.within(node.name(), () -> runAndTidy(node, task));
    } finally {
      context.setLocalProperty(SCHEDULER_POOL, null);
      context.clearJobGroup();
      SparkSession.clearActiveSession();
    }
  }

  /** A thread that is interrupted leaves the stages that it has just submitted behind. */
  private void runAndTidy(Plan.Node node, Runnable task) {
    try {
      task.run();
    } finally {
      cancel(node);
    }
  }
}
