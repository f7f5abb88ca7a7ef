package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.NodeWork.Done;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.resilience.Resilience;
import io.standpipe.storage.Storages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * One run of a plan. First every node that does not wait for a write is opened, so that every
 * source, table or column that is missing is reported before anything is written; then each write
 * begins as soon as all that it waits for has ended. Last, all writes of streams run, at the same
 * time.
 */
public final class PipelineRun {
  private final Plan plan;
  private final Graph graph;
  private final Storages storages;
  private final Resilience resilience;
  private final SparkSession spark;
  private final RunIdentity run;
  private final Clock clock;
  private final RunListener listener;
  private final TaskCounter counter = new TaskCounter();
  private final NodeWork work;
  private final NodeReports reports;
  private final NodeEndings endings;
  private final Optional<RunJournal> journal;
  private final Optional<Resumption> resumption;
  private final Set<String> opened = ConcurrentHashMap.newKeySet();
  private final Ending ending;
  private final LoggingContext logging;

  /** Whether nothing but streams is left to be done. */
  private volatile boolean onlyStreams;

  /** Until all is opened a failure does not end the run, so that it is not the only one found. */
  private volatile Optional<String> endAfterOpening = Optional.empty();

  /** Prepares a run; {@link #execute} begins it. */
  public PipelineRun(
      Plan plan,
      Storages storages,
      Resilience resilience,
      SparkSession spark,
      RunIdentity run,
      Optional<RunJournal> journal,
      Clock clock,
      Redactor redactor,
      RunListener listener) {
    this.plan = plan;
    this.graph = new Graph(plan);
    this.storages = storages;
    this.resilience = resilience;
    this.spark = spark;
    this.run = run;
    this.logging = new LoggingContext(run.id());
    this.clock = clock;
    this.ending = new Ending(clock, plan.pipeline().settings().timeLimit());
    this.listener = new EndingListener(listener, ending, redactor);
    this.journal = journal;
    this.resumption = journal.map(it -> new Resumption(plan, it));
    this.reports = new NodeReports(clock, this.listener, this::note);
    this.endings =
        new NodeEndings(
            reports, new Failures(storages, redactor), ending, plan.pipeline().settings());
    this.onlyStreams =
        plan.nodes().stream().allMatch(node -> node.streams() || !Stages.acts(node.step()));
    this.work =
        new NodeWork(
            graph,
            storages,
            resilience,
            spark,
            this.listener,
            endings::repeating,
            counter,
            run,
            this::wasMade,
            ending::isNear);
  }

  /** Runs the plan. A node that fails does not throw: it is in the report. */
  public RunReport execute() {
    Instant began = clock.instant();
    resumption.ifPresent(it -> it.done().forEach(reports::done));
    ThreadFactory threads =
        ContextClassLoader.threads(
            Thread.currentThread().getContextClassLoader(), "node " + run.id());
    int parallelism = plan.pipeline().settings().parallelism();
    spark.sparkContext().addSparkListener(counter);
    try {
      new Scheduler<>(tasks(this::opening), parallelism).run(withoutWaiting(), threads);
      endAfterOpening.ifPresent(ending::end);
      List<Plan.Node> rest =
          plan.nodes().stream().filter(node -> !node.streams() && !reports.isEnded(node)).toList();
      new Scheduler<>(tasks(this::running), parallelism).run(rest, threads);
      onlyStreams = true;
      streams();
    } finally {
      spark.sparkContext().removeSparkListener(counter);
    }
    return new RunReport(
        run.id(),
        plan.pipeline().name(),
        run.time(),
        Duration.between(began, clock.instant()),
        ending.why(),
        reports.inOrder(plan));
  }

  /** A factory that was done before stays done, whatever becomes of its value now. */
  private void note(Plan.Node node, NodeReport report) {
    if (!wasMade(node)) {
      journaled(it -> it.ended(report, resumption.get().fingerprint(node)));
    }
  }

  /** Without a journal the run cannot go on: nobody could tell what it has done. */
  private boolean journaled(Consumer<RunJournal> entry) {
    try {
      journal.ifPresent(entry);
      return true;
    } catch (RunFolderException e) {
      ending.end(e.getMessage());
      return false;
    }
  }

  private boolean wasMade(Plan.Node node) {
    return node.step() instanceof Step.Make
        && resumption.filter(it -> it.wasMade(node)).isPresent();
  }

  private NodeTasks tasks(Function<Plan.Node, Optional<Runnable>> beginning) {
    return new NodeTasks(graph, work, resilience, spark, logging, ending, beginning);
  }

  /**
   * Asks the streams to end; from any thread, returns at once. Each finishes its current batch, and
   * the run succeeds. If they have not begun, because other writes go on, the run is cancelled.
   */
  public void stop() {
    if (onlyStreams) {
      ending.stop();
    } else {
      cancel();
    }
  }

  /** Ends the run; from any thread, returns at once. What is going on is cancelled. */
  public void cancel() {
    ending.end("the run was cancelled");
  }

  /** The nodes that wait for no write. */
  private List<Plan.Node> withoutWaiting() {
    Set<String> names = new LinkedHashSet<>();
    for (Plan.Node node : plan.nodes()) {
      boolean waits = !node.after().isEmpty() || node.step() instanceof Step.Make;
      boolean open =
          !waits && node.takes().stream().map(PlanChecker::key).allMatch(names::contains);
      if (open && !reports.isEnded(node)) {
        names.add(key(node.name()));
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
            endings.ended(node, done, since, why -> endAfterOpening = Optional.of(why));
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
          boolean acts = Stages.acts(node.step()) && !wasMade(node);
          if (acts && !journaled(it -> it.began(node, resumption.get().fingerprint(node)))) {
            notRun(node, ending.why().orElseThrow());
            return;
          }
          endings.ended(node, run(node), since, ending::end);
        });
  }

  private Done run(Plan.Node node) {
    if (node.step() instanceof Step.Make) {
      return work.make(node);
    }
    if (!opened.contains(key(node.name()))) {
      Done done = work.open(node);
      if (!(node.step() instanceof Step.Write) || done.outcome().failure().isPresent()) {
        return done;
      }
    }
    return work.write(node);
  }

  /** Whether the node can begin; if not, it is reported as skipped. */
  private boolean begins(Plan.Node node) {
    Optional<String> why = ending.why();
    if (why.isPresent()) {
      notRun(node, why.get());
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

  private void notRun(Plan.Node node, String why) {
    reports.skipped(node, Status.SKIPPED, "not run because " + why);
  }

  private boolean holdsUp(String name) {
    return !reports.isGood(name) && endings.policy(graph.node(name)) != OnFailure.CONTINUE;
  }

  private void streams() {
    try (Streams streams = new Streams(clock, ending.stopped())) {
      for (Plan.Node node : plan.nodes()) {
        if (node.streams() && !reports.isEnded(node) && begins(node)) {
          logging.within(node.name(), () -> start(node, streams));
        }
      }
      streams.await(
          ending::isNear, it -> logging.within(it.started().node().name(), () -> ended(it)));
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
            group -> work.watch(node, group),
            batch -> logging.within(node.name(), batch));
    try {
      stream.start(work.group(node), work.rows(write.from()), settings);
      streams.add(node, stream, settings);
    } catch (Throwable e) { // an assertion of Spark's ends the step only
      endings.failed(node, work.giveUp(node, e), since, Counts.NONE);
    }
  }

  private void ended(Streams.Ended ended) {
    Plan.Node node = ended.started().node();
    Instant since = ended.started().at();
    Counts counts = ended.started().write().counts();
    if (ended.failure().isPresent()) {
      endings.failed(node, work.giveUp(node, ended.failure().get()), since, counts);
    } else if (ended.cutShort()) {
      Failure why =
          NodeReports.why(Status.CANCELLED, "stopped because " + ending.why().orElseThrow());
      reports.ended(node, Status.CANCELLED, since, counts, 1, Optional.of(why));
    } else {
      reports.ended(node, Status.SUCCEEDED, since, counts, 1, Optional.empty());
    }
  }
}
