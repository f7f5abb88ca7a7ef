package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.resilience.Diagnosis;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * One run of a plan. First every node that does not wait for a write is opened, so that every
 * source, table or column that is missing is reported before anything is written; then the writes
 * run one after the other. The first failure ends the run; what was not done is reported as
 * skipped.
 */
public final class PipelineRun {
  private final Plan plan;
  private final Storages storages;
  private final SparkSession spark;
  private final String run;
  private final Clock clock;
  private final Redactor redactor;
  private final RunListener listener;
  private final TaskCounter counter = new TaskCounter();
  private final Map<String, Dataset<Row>> rows = new LinkedHashMap<>();
  private final Map<String, Condition> conditions = new LinkedHashMap<>();
  private final Map<String, NodeReport> failures = new LinkedHashMap<>();

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
    this.redactor = redactor;
    this.listener = listener;
  }

  /** Runs the plan. A node that fails does not throw: it is in the report. */
  public RunReport execute() {
    Instant started = clock.instant();
    List<NodeReport> reports = new ArrayList<>();
    spark.sparkContext().addSparkListener(counter);
    try {
      openAll();
      for (Plan.Node node : plan.nodes()) {
        NodeReport report = failures.isEmpty() ? node(node) : notRun(node);
        reports.add(report);
        listener.ended(report);
      }
    } finally {
      spark.sparkContext().removeSparkListener(counter);
      spark.sparkContext().clearJobGroup();
    }
    return new RunReport(run, plan.pipeline().name(), started, elapsed(started), reports);
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
      Storage storage = storages.require(read.storage());
      rows.put(
          key(node.name()),
          read.version().isPresent()
              ? storage.read(spark, read.version().get())
              : storage.read(spark));
    } else if (step instanceof Step.Sql sql) {
      rows.put(key(node.name()), query(node, SqlText.query(sql.sql())));
    } else if (step instanceof Step.Filter filter) {
      rows.put(key(node.name()), query(node, SqlText.filter(filter.from(), filter.condition())));
    } else if (step instanceof Step.Write write && write.replaceWhere().isPresent()) {
      conditions.put(key(node.name()), replaceWhere(write, write.replaceWhere().get()));
    }
    return Counts.NONE;
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
    Counts run(Plan.Node node) throws SqlProblem;
  }

  /** What a node moved. */
  private record Counts(OptionalLong read, OptionalLong written) {
    static final Counts NONE = new Counts(OptionalLong.empty(), OptionalLong.empty());
  }

  private NodeReport attempt(Plan.Node node, Action action) {
    Instant started = clock.instant();
    try {
      return report(node, Status.SUCCEEDED, started, action.run(node), Optional.empty());
    } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
      Optional<Failure> failure = Optional.of(failure(node, e));
      NodeReport report = report(node, Status.FAILED, started, Counts.NONE, failure);
      failures.put(node.name(), report);
      return report;
    }
  }

  private Counts write(Plan.Node node, Step.Write write) {
    String group = run + "/" + node.name();
    TaskCounter.Count[] count = new TaskCounter.Count[1];
    count[0] = counter.watch(group, () -> progress(node, count[0]));
    spark.sparkContext().setJobGroup(group, plan.pipeline().name() + ": " + node.name(), true);
    WriteResult result =
        storages.require(write.storage()).write(spark, rows.get(key(write.from())), request(write));
    drain();
    OptionalLong written =
        result.rows().isPresent() || result.outcome() != WriteResult.Outcome.COMMITTED
            ? result.rows()
            : OptionalLong.of(count[0].rowsWritten());
    return new Counts(OptionalLong.of(count[0].rowsRead()), written);
  }

  private void progress(Plan.Node node, TaskCounter.Count count) {
    listener.progressed(
        node, count.tasksDone(), count.tasksKnown(), count.rowsRead(), count.rowsWritten());
  }

  /** Spark tells its listeners late; the counts are complete once its queue is empty. */
  private void drain() {
    try {
      spark.sparkContext().listenerBus().waitUntilEmpty(Duration.ofSeconds(10).toMillis());
    } catch (java.util.concurrent.TimeoutException e) {
      org.slf4j.LoggerFactory.getLogger(PipelineRun.class)
          .warn(
              "Spark's listener queue did not empty in 10 s; the row counts of the report may be too low");
    }
  }

  private WriteRequest request(Step.Write write) {
    return new WriteRequest(
        write.mode(),
        write.keys(),
        Optional.ofNullable(conditions.get(key(write.name()))),
        write.schemaEvolution(),
        Optional.of(new CommitToken(run, write.name())));
  }

  private Failure failure(Plan.Node node, Throwable error) {
    String trace = redactor.redact(trace(error));
    if (error instanceof SqlProblem) {
      String place = node.step().source().position() + ": ";
      return new Failure(
          label(Verdict.PERMANENT), Optional.empty(), place + error.getMessage(), trace);
    }
    Diagnosis diagnosis = Diagnosis.of(error, involved(node));
    String message = String.valueOf(error.getMessage());
    if (!diagnosis.hint().isEmpty() && !message.contains(diagnosis.hint())) {
      message = message + " " + diagnosis.hint();
    }
    return new Failure(
        label(diagnosis.verdict()), diagnosis.storage(), redactor.redact(message), trace);
  }

  private static String label(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The written storage first, then all that the node's rows come from. */
  private List<Storage> involved(Plan.Node node) {
    List<Storage> found = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    collect(node.name(), seen, found);
    return found;
  }

  private void collect(String name, Set<String> seen, List<Storage> found) {
    if (!seen.add(name)) {
      return;
    }
    Plan.Node node =
        plan.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    storageOf(node.step()).flatMap(storages::find).ifPresent(found::add);
    node.inputs().forEach(input -> collect(input, seen, found));
  }

  private static Optional<String> storageOf(Step step) {
    if (step instanceof Step.Read read) {
      return Optional.of(read.storage());
    }
    return step instanceof Step.Write write ? Optional.of(write.storage()) : Optional.empty();
  }

  private NodeReport notRun(Plan.Node node) {
    String culprit = failures.keySet().iterator().next();
    Failure because =
        new Failure("skipped", Optional.empty(), "not run because '" + culprit + "' failed", "");
    return failures.getOrDefault(
        node.name(),
        report(node, Status.SKIPPED, clock.instant(), Counts.NONE, Optional.of(because)));
  }

  private NodeReport report(
      Plan.Node node, Status status, Instant started, Counts counts, Optional<Failure> failure) {
    return new NodeReport(
        node.name(),
        PlanPrinter.kind(node.step()),
        storageOf(node.step()),
        status,
        counts.read(),
        counts.written(),
        OptionalLong.empty(),
        elapsed(started),
        status == Status.SKIPPED ? 0 : 1,
        failure);
  }

  private Duration elapsed(Instant since) {
    return Duration.between(since, clock.instant());
  }
}
