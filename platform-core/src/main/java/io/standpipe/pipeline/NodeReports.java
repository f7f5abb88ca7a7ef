package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Repeat;
import io.standpipe.pipeline.RunReport.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** How the nodes of a run ended so far. Thread-safe. */
final class NodeReports {
  private final Map<String, NodeReport> byNode = new ConcurrentHashMap<>();
  private final Map<String, String> blamed = new ConcurrentHashMap<>();
  private final Map<String, List<Repeat>> repeats = new ConcurrentHashMap<>();
  private final Clock clock;
  private final RunListener listener;
  private final BiConsumer<Plan.Node, NodeReport> noted;

  /**
   * @param noted is told of each end, before the listener is
   */
  NodeReports(Clock clock, RunListener listener, BiConsumer<Plan.Node, NodeReport> noted) {
    this.clock = clock;
    this.listener = listener;
    this.noted = noted;
  }

  /** A node that was done before this process. */
  void done(NodeReport report) {
    byNode.put(key(report.name()), report);
    listener.doneBefore(report);
  }

  /** The node failed, and is tried again. */
  void repeating(Plan.Node node, Repeat repeat) {
    repeats.computeIfAbsent(key(node.name()), name -> new CopyOnWriteArrayList<>()).add(repeat);
    listener.repeating(node, repeat);
  }

  /**
   * The node has ended; if it had ended before, this is what holds.
   *
   * @param since when it began
   * @param attempts how often it was tried
   */
  void ended(
      Plan.Node node,
      Status status,
      Instant since,
      Counts counts,
      int attempts,
      Optional<Failure> failure) {
    NodeReport report =
        new NodeReport(
            node.name(),
            PlanPrinter.kind(node.step()),
            Failures.storageOf(node.step()),
            status,
            counts.batches(),
            counts.read(),
            counts.written(),
            counts.rejected(),
            Duration.between(since, clock.instant()),
            attempts,
            repeats.getOrDefault(key(node.name()), List.of()),
            failure);
    byNode.put(key(node.name()), report);
    noted.accept(node, report);
    listener.ended(report);
  }

  /** The node was not run, because of another one. */
  void skipped(Plan.Node node, String culprit) {
    blamed.put(key(node.name()), culprit);
    skipped(node, Status.SKIPPED, "not run because '" + culprit + "' failed");
  }

  /** The node was not run, or not to its end. */
  void skipped(Plan.Node node, Status status, String why) {
    ended(node, status, clock.instant(), Counts.NONE, 0, Optional.of(why(status, why)));
  }

  /** A reason that is no error. */
  static Failure why(Status status, String why) {
    return new Failure(status.id(), Optional.empty(), why, "");
  }

  boolean isEnded(Plan.Node node) {
    return byNode.containsKey(key(node.name()));
  }

  /** Whether nodes that need this one can go on, as far as is known. */
  boolean isGood(String node) {
    NodeReport report = byNode.get(key(node));
    return report == null
        || report.status() == Status.SUCCEEDED
        || report.status() == Status.FELL_BACK;
  }

  /** The node that failed first among those because of which this one did not succeed. */
  String culprit(String node) {
    return blamed.getOrDefault(key(node), node);
  }

  /** When the node began; now if it has not ended. */
  Instant began(Plan.Node node) {
    NodeReport report = byNode.get(key(node.name()));
    return report == null ? clock.instant() : clock.instant().minus(report.elapsed());
  }

  /** All, in the order of the plan. */
  List<NodeReport> inOrder(Plan plan) {
    return plan.nodes().stream().map(node -> byNode.get(key(node.name()))).toList();
  }
}
