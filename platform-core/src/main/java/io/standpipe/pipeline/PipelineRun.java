package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.NodeWork.Done;
import io.standpipe.pipeline.NodeWork.FellBack;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.resilience.Outcome;
import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.resilience.Resilience;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.MDC;

/**
 * One run of a plan. First every node that does not wait for a write is opened, so that every
 * source, table or column that is missing is reported before anything is written; then each write
 * begins as soon as all that it waits for has ended. Last, all writes of streams run, at the same
 * time.
 */
public final class PipelineRun {
  private static final String SCHEDULER_POOL = "spark.scheduler.pool";

  private final Plan plan;
  private final Graph graph;
  private final Storages storages;
  private final Resilience resilience;
  private final SparkSession spark;
  private final String run;
  private final Clock clock;
  private final RunListener listener;
  private final Failures failures;
  private final TaskCounter counter = new TaskCounter();
  private final NodeWork work;
  private final NodeReports reports;
  private final Set<String> opened = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stop = new CountDownLatch(1);

  /** Why the run ends before its time. */
  private volatile Optional<String> end = Optional.empty();

  /** Until all is opened a failure does not end the run, so that it is not the only one found. */
  private volatile Optional<String> endAfterOpening = Optional.empty();

  /**
   * @param run the id of the run; writes carry it in their commit token
   */
  public PipelineRun(
      Plan plan,
      Storages storages,
      Resilience resilience,
      SparkSession spark,
      String run,
      Clock clock,
      Redactor redactor,
      RunListener listener) {
    this.plan = plan;
    this.graph = new Graph(plan);
    this.storages = storages;
    this.resilience = resilience;
    this.spark = spark;
    this.run = run;
    this.clock = clock;
    this.listener = listener;
    this.failures = new Failures(storages, redactor);
    this.reports = new NodeReports(clock, listener);
    this.work =
        new NodeWork(
            graph, storages, resilience, spark, listener, counter, run, () -> end.isPresent());
  }

  /** Runs the plan. A node that fails does not throw: it is in the report. */
  public RunReport execute() {
    Instant started = clock.instant();
    ThreadFactory threads =
        ContextClassLoader.threads(Thread.currentThread().getContextClassLoader(), "node " + run);
    Scheduler.Tasks<Plan.Node> opening = new Nodes(started, this::opening);
    Scheduler.Tasks<Plan.Node> running = new Nodes(started, this::running);
    int parallelism = plan.pipeline().settings().parallelism();
    spark.sparkContext().addSparkListener(counter);
    try {
      new Scheduler<>(opening, parallelism).run(withoutWaiting(), threads);
      endAfterOpening.ifPresent(this::end);
      List<Plan.Node> rest =
          plan.nodes().stream().filter(node -> !node.streams() && !reports.isEnded(node)).toList();
      new Scheduler<>(running, parallelism).run(rest, threads);
      streams();
    } finally {
      spark.sparkContext().removeSparkListener(counter);
    }
    return new RunReport(
        run,
        plan.pipeline().name(),
        started,
        Duration.between(started, clock.instant()),
        end.isPresent(),
        reports.inOrder(plan));
  }

  /**
   * Asks the streams to end; from any thread, returns at once. Each finishes its current batch, and
   * the run succeeds. Writes that are no streams are not stopped.
   */
  public void stop() {
    stop.countDown();
  }

  /** Ends the run; from any thread, returns at once. What is going on is cancelled. */
  public void cancel() {
    end("the run was cancelled");
  }

  private synchronized void end(String why) {
    if (end.isEmpty()) {
      end = Optional.of(why);
    }
    stop.countDown();
  }

  /** The nodes of this run, as the scheduler sees them. */
  private final class Nodes implements Scheduler.Tasks<Plan.Node> {
    private final Optional<Instant> deadline;
    private final Function<Plan.Node, Optional<Runnable>> beginning;
    private final Map<Plan.Node, Set<String>> resources = new ConcurrentHashMap<>();

    Nodes(Instant started, Function<Plan.Node, Optional<Runnable>> beginning) {
      this.deadline = plan.pipeline().settings().timeLimit().map(started::plus);
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
      deadline
          .filter(time -> !clock.instant().isBefore(time))
          .ifPresent(time -> end("the time limit of the run is over"));
      return end.isPresent();
    }

    @Override
    public void cancel(Plan.Node node) {
      spark.sparkContext().cancelJobGroup(work.group(node));
    }
  }

  /** What threads of a pool must be told anew for each node. */
  private void inContext(Plan.Node node, Runnable task) {
    SparkContext context = spark.sparkContext();
    SparkSession.setActiveSession(spark);
    context.setJobGroup(work.group(node), plan.pipeline().name() + ": " + node.name(), true);
    context.setLocalProperty(SCHEDULER_POOL, node.name());
    MDC.put("run", run);
    MDC.put("node", node.name());
    try {
      task.run();
    } finally {
      // A thread that is interrupted leaves the stages that it has just submitted behind.
      context.cancelJobGroup(work.group(node));
      MDC.remove("node");
      MDC.remove("run");
      context.setLocalProperty(SCHEDULER_POOL, null);
      context.clearJobGroup();
      SparkSession.clearActiveSession();
    }
  }

  /** The nodes that wait for no write. */
  private List<Plan.Node> withoutWaiting() {
    Set<String> names = new LinkedHashSet<>();
    for (Plan.Node node : plan.nodes()) {
      if (node.after().isEmpty() && names.containsAll(node.inputs())) {
        names.add(node.name());
      }
    }
    return names.stream().map(graph::node).toList();
  }

  private Optional<Runnable> opening(Plan.Node node) {
    if (!begins(node)) {
      return Optional.empty();
    }
    boolean write = node.step() instanceof Step.Write;
    return Optional.of(
        () -> {
          Instant since = clock.instant();
          if (!write) {
            listener.started(node);
          }
          Done done = work.open(node);
          opened.add(key(node.name()));
          if (!write || done.outcome().failure().isPresent()) {
            ended(node, done, since, why -> endAfterOpening = Optional.of(why));
          }
        });
  }

  private Optional<Runnable> running(Plan.Node node) {
    if (!begins(node)) {
      return Optional.empty();
    }
    return Optional.of(
        () -> {
          Instant since = clock.instant();
          listener.started(node);
          boolean write = node.step() instanceof Step.Write;
          Done done = opened.contains(key(node.name())) ? null : work.open(node);
          if (done == null || write && done.outcome().failure().isEmpty()) {
            done = work.write(node);
          }
          ended(node, done, since, this::end);
        });
  }

  /** Whether the node can begin; if not, it is reported as skipped. */
  private boolean begins(Plan.Node node) {
    if (end.isPresent()) {
      reports.skipped(node, Status.SKIPPED, "not run because " + end.get());
      return false;
    }
    Optional<String> missing =
        node.inputs().stream()
            .filter(name -> !reports.isGood(name))
            .findFirst()
            .or(() -> node.after().stream().filter(this::holdsUp).findFirst());
    missing.ifPresent(name -> reports.skipped(node, reports.culprit(name)));
    return missing.isEmpty();
  }

  private boolean holdsUp(String name) {
    return !reports.isGood(name) && policy(graph.node(name)) != OnFailure.CONTINUE;
  }

  private OnFailure policy(Plan.Node node) {
    return node.step().settings().onFailure().orElse(plan.pipeline().settings().onFailure());
  }

  private void ended(Plan.Node node, Done done, Instant since, Consumer<String> ending) {
    for (FellBack fellBack : done.fellBack()) {
      if (fellBack.node() != node) {
        fellBack(fellBack, reports.began(fellBack.node()), Counts.NONE, 1);
      }
    }
    Outcome<Counts> outcome = done.outcome();
    if (outcome.failure().isPresent()) {
      failed(node, outcome.failure().get(), since, outcome.attempts(), ending);
      return;
    }
    Counts counts = outcome.value().orElseThrow();
    done.fellBack().stream()
        .filter(fellBack -> fellBack.node() == node)
        .findFirst()
        .ifPresentOrElse(
            fellBack -> fellBack(fellBack, since, counts, outcome.attempts()),
            () ->
                reports.ended(
                    node, Status.SUCCEEDED, since, counts, outcome.attempts(), Optional.empty()));
  }

  private void fellBack(FellBack fellBack, Instant since, Counts counts, int attempts) {
    Failure failure = failures.of(fellBack.node(), fellBack.failure());
    Failure explained =
        new Failure(
            failure.verdict(),
            failure.storage(),
            "used " + fellBack.fallback() + " instead, because of: " + failure.message(),
            failure.trace());
    reports.ended(
        fellBack.node(), Status.FELL_BACK, since, counts, attempts, Optional.of(explained));
  }

  /** What fails while the run is being ended, was cancelled. */
  private void failed(
      Plan.Node node, GivenUp failure, Instant since, int attempts, Consumer<String> ending) {
    Optional<String> why = end;
    if (why.isPresent()) {
      reports.skipped(node, Status.CANCELLED, "cancelled because " + why.get());
    } else {
      failedByItself(node, failure, since, Counts.NONE, attempts, ending);
    }
  }

  private void failedByItself(
      Plan.Node node,
      GivenUp failure,
      Instant since,
      Counts counts,
      int attempts,
      Consumer<String> ending) {
    if (policy(node) == OnFailure.FAIL) {
      ending.accept("'" + node.name() + "' failed");
    }
    Failure reported = failures.of(node, failure);
    reports.ended(node, Status.FAILED, since, counts, attempts, Optional.of(reported));
  }

  private void streams() {
    try (Streams streams = new Streams(clock, stop)) {
      for (Plan.Node node : plan.nodes()) {
        if (node.streams() && !reports.isEnded(node) && begins(node)) {
          start(node, streams);
        }
      }
      streams.await(() -> end.isPresent(), this::ended);
    }
  }

  private void start(Plan.Node node, Streams streams) {
    Instant since = clock.instant();
    listener.started(node);
    Step.Write write = (Step.Write) node.step();
    StreamSettings settings = write.stream().orElseThrow();
    StreamingWrite stream =
        new StreamingWrite(
            storages.require(write.storage()),
            work.request(write, Optional.empty()),
            group -> work.watch(node, group));
    try {
      stream.start(work.group(node), work.rows(write.from()), settings);
      streams.add(node, stream, settings);
    } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
      failedByItself(node, work.giveUp(node, e), since, Counts.NONE, 1, this::end);
    }
  }

  private void ended(Streams.Ended ended) {
    Plan.Node node = ended.started().node();
    Instant since = ended.started().at();
    Counts counts = ended.started().write().counts();
    if (ended.failure().isPresent()) {
      failedByItself(node, work.giveUp(node, ended.failure().get()), since, counts, 1, this::end);
    } else if (ended.cutShort()) {
      Failure why = NodeReports.why(Status.CANCELLED, "stopped because " + end.orElseThrow());
      reports.ended(node, Status.CANCELLED, since, counts, 1, Optional.of(why));
    } else {
      reports.ended(node, Status.SUCCEEDED, since, counts, 1, Optional.empty());
    }
  }
}
