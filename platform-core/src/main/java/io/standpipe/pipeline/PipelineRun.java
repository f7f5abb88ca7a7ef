package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * One run of a plan. First every node that does not wait for a write is opened, so that every
 * source, table or column that is missing is reported before anything is written; then the writes
 * run one after the other. Last, all writes of streams run, at the same time. The first failure
 * ends the run; what was not done is reported as skipped.
 */
public final class PipelineRun {
  private final Plan plan;
  private final Storages storages;
  private final SparkSession spark;
  private final String run;
  private final Clock clock;
  private final RunListener listener;
  private final TaskCounter counter = new TaskCounter();
  private final Map<String, Dataset<Row>> rows = new LinkedHashMap<>();
  private final Map<String, Condition> conditions = new LinkedHashMap<>();
  private final Map<String, NodeReport> failed = new LinkedHashMap<>();
  private final Failures failures;
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param run the id of the run; writes carry it in their commit token
   */
  public PipelineRun(
      Plan plan,
      Storages storages,
      SparkSession spark,
      String run,
      Clock clock,
      Redactor redactor,
      RunListener listener) {
    this.plan = plan;
    this.storages = storages;
    this.spark = spark;
    this.run = run;
    this.clock = clock;
    this.failures = new Failures(plan, storages, redactor);
    this.listener = listener;
  }

  /** Runs the plan. A node that fails does not throw: it is in the report. */
  public RunReport execute() {
    Instant started = clock.instant();
    Map<String, NodeReport> reports = new LinkedHashMap<>();
    spark.sparkContext().addSparkListener(counter);
    try {
      openAll();
      for (Plan.Node node : plan.nodes()) {
        if (!node.streams()) {
          ended(failed.isEmpty() ? node(node) : notRun(node), reports);
        }
      }
      streams(reports);
    } finally {
      spark.sparkContext().removeSparkListener(counter);
      spark.sparkContext().clearJobGroup();
    }
    List<NodeReport> ordered = plan.nodes().stream().map(node -> reports.get(node.name())).toList();
    return new RunReport(run, plan.pipeline().name(), started, elapsed(started), ordered);
  }

  /**
   * Asks the streams to end; from any thread, returns at once. Each finishes its current batch, and
   * the run succeeds. Writes that are no streams are not stopped.
   */
  public void stop() {
    stop.countDown();
  }

  private void ended(NodeReport report, Map<String, NodeReport> reports) {
    reports.put(report.name(), report);
    listener.ended(report);
  }

  private void streams(Map<String, NodeReport> reports) {
    try (Streams streams = new Streams(clock, stop)) {
      for (Plan.Node node : plan.nodes()) {
        if (node.streams() && (!failed.isEmpty() || !starts(node, streams))) {
          ended(notRun(node), reports);
        }
      }
      streams.await(!failed.isEmpty(), end -> ended(report(end), reports));
    }
  }

  private boolean starts(Plan.Node node, Streams streams) {
    listener.started(node);
    return attempt(node, waiting -> start(waiting, streams)).status() == Status.SUCCEEDED;
  }

  private Counts start(Plan.Node node, Streams streams) throws TimeoutException {
    Step.Write write = (Step.Write) node.step();
    StreamSettings settings = write.stream().orElseThrow();
    StreamingWrite stream =
        new StreamingWrite(
            storages.require(write.storage()),
            request(write, Optional.empty()),
            group -> watch(node, group));
    stream.start(run + "/" + node.name(), rows.get(key(write.from())), settings);
    streams.add(node, stream, settings);
    return Counts.NONE;
  }

  private NodeReport report(Streams.Ended end) {
    Plan.Node node = end.started().node();
    Counts counts = end.started().write().counts();
    Instant since = end.started().at();
    if (end.failure().isPresent()) {
      Failure failure = failures.of(node, end.failure().get());
      NodeReport report = report(node, Status.FAILED, since, counts, Optional.of(failure));
      failed.put(node.name(), report);
      return report;
    }
    return end.cutShort()
        ? report(node, Status.SKIPPED, since, counts, Optional.of(because("stopped")))
        : report(node, Status.SUCCEEDED, since, counts, Optional.empty());
  }

  private void openAll() {
    for (Plan.Node node : plan.nodes()) {
      boolean ready = node.inputs().stream().allMatch(input -> rows.containsKey(key(input)));
      if (ready && node.after().isEmpty()) {
        attempt(node, this::open);
      }
    }
  }

  private Counts open(Plan.Node node) throws SqlProblem {
    Step step = node.step();
    if (step instanceof Step.Read read) {
      rows.put(key(node.name()), rows(read, storages.require(read.storage())));
    } else if (step instanceof Step.Sql sql) {
      rows.put(key(node.name()), query(node, SqlText.query(sql.sql())));
    } else if (step instanceof Step.Filter filter) {
      rows.put(key(node.name()), query(node, SqlText.filter(filter.from(), filter.condition())));
    } else if (step instanceof Step.Write write && write.replaceWhere().isPresent()) {
      conditions.put(key(node.name()), replaceWhere(write, write.replaceWhere().get()));
    } else if (step instanceof Step.Write write && write.stream().isPresent()) {
      StreamCheck.supported(
          rows.get(key(write.from())).queryExecution().analyzed(), write.stream().get());
    }
    return Counts.NONE;
  }

  private Dataset<Row> rows(Step.Read read, Storage storage) {
    if (read.stream()) {
      return storage.readStream(spark);
    }
    return read.version().isPresent()
        ? storage.read(spark, read.version().get())
        : storage.read(spark);
  }

  private Condition replaceWhere(Step.Write write, String condition) throws SqlProblem {
    Filter selected =
        SqlText.filter(rows.get(key(write.from())).queryExecution().analyzed(), condition);
    LogicalPlan analyzed =
        SqlText.analyze(() -> Dataset.ofRows(spark, selected)).queryExecution().analyzed();
    return ColumnCondition.replaceWhere(write, analyzed, storages.require(write.storage()));
  }

  private Dataset<Row> query(Plan.Node node, SqlText query) throws SqlProblem {
    Map<String, LogicalPlan> inputs = new LinkedHashMap<>();
    node.inputs()
        .forEach(input -> inputs.put(input, rows.get(key(input)).queryExecution().analyzed()));
    return SqlText.analyze(() -> Dataset.ofRows(spark, query.bind(inputs)));
  }

  private NodeReport node(Plan.Node node) {
    listener.started(node);
    boolean opened = rows.containsKey(key(node.name())) || conditions.containsKey(key(node.name()));
    return attempt(
        node,
        waiting -> {
          if (!opened) {
            open(waiting);
          }
          return waiting.step() instanceof Step.Write write ? write(waiting, write) : Counts.NONE;
        });
  }

  /** Something that a node does. */
  @FunctionalInterface
  private interface Action {
    Counts run(Plan.Node node) throws SqlProblem, TimeoutException;
  }

  private NodeReport attempt(Plan.Node node, Action action) {
    Instant started = clock.instant();
    try {
      return report(node, Status.SUCCEEDED, started, action.run(node), Optional.empty());
    } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
      Optional<Failure> failure = Optional.of(failures.of(node, e));
      NodeReport report = report(node, Status.FAILED, started, Counts.NONE, failure);
      failed.put(node.name(), report);
      return report;
    }
  }

  private Counts write(Plan.Node node, Step.Write write) {
    String group = run + "/" + node.name();
    TaskCounter.Count count = watch(node, group);
    spark.sparkContext().setJobGroup(group, plan.pipeline().name() + ": " + node.name(), true);
    CommitToken token = new CommitToken(run, write.name());
    WriteResult result =
        storages
            .require(write.storage())
            .write(spark, rows.get(key(write.from())), request(write, Optional.of(token)));
    TaskCounter.drain(spark.sparkContext());
    return new Counts(
        OptionalLong.empty(),
        OptionalLong.of(count.rowsRead()),
        OptionalLong.of(Counts.written(result, count.rowsWritten())));
  }

  private TaskCounter.Count watch(Plan.Node node, String group) {
    TaskCounter.Count[] count = new TaskCounter.Count[1];
    count[0] = counter.watch(group, () -> progress(node, count[0]));
    return count[0];
  }

  private void progress(Plan.Node node, TaskCounter.Count count) {
    listener.progressed(
        node, count.tasksDone(), count.tasksKnown(), count.rowsRead(), count.rowsWritten());
  }

  private WriteRequest request(Step.Write write, Optional<CommitToken> token) {
    return new WriteRequest(
        write.mode(),
        write.keys(),
        Optional.ofNullable(conditions.get(key(write.name()))),
        write.schemaEvolution(),
        token);
  }

  private NodeReport notRun(Plan.Node node) {
    return failed.getOrDefault(
        node.name(),
        report(
            node, Status.SKIPPED, clock.instant(), Counts.NONE, Optional.of(because("not run"))));
  }

  private Failure because(String what) {
    String culprit = failed.keySet().iterator().next();
    return new Failure("skipped", Optional.empty(), what + " because '" + culprit + "' failed", "");
  }

  private NodeReport report(
      Plan.Node node, Status status, Instant started, Counts counts, Optional<Failure> failure) {
    return new NodeReport(
        node.name(),
        PlanPrinter.kind(node.step()),
        Failures.storageOf(node.step()),
        status,
        counts.batches(),
        counts.read(),
        counts.written(),
        OptionalLong.empty(),
        elapsed(started),
        status == Status.SKIPPED && counts == Counts.NONE ? 0 : 1,
        failure);
  }

  private Duration elapsed(Instant since) {
    return Duration.between(since, clock.instant());
  }
}
