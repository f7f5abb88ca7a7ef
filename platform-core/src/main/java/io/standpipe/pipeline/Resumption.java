package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.label;

import io.standpipe.config.Problems;
import io.standpipe.pipeline.RunJournal.Past;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What of a plan an earlier process has done, by the journal of the run. */
final class Resumption {
  private final Plan plan;
  private final Graph graph;
  private final RunJournal journal;
  private final Map<Plan.Node, String> fingerprints = new ConcurrentHashMap<>();

  Resumption(Plan plan, RunJournal journal) {
    this.plan = plan;
    this.graph = new Graph(plan);
    this.journal = journal;
  }

  /**
   * Reports the steps because of which the run cannot go on: those that are done, or may be, and
   * have been changed since, and those that must not be repeated.
   */
  void check(Storages storages, Problems problems) {
    Repeatability repeatability = new Repeatability(graph, storages);
    Set<String> again = again();
    for (Plan.Node node : plan.nodes()) {
      journal
          .past(node.name())
          .filter(past -> past.acted() && !node.streams())
          .ifPresent(past -> check(node, past, again, repeatability, problems));
    }
    Set<String> known = new HashSet<>();
    plan.nodes().forEach(node -> known.add(key(node.name())));
    journal.names().stream()
        .filter(name -> !known.contains(name))
        .filter(name -> journal.past(name).orElseThrow().acted())
        .sorted()
        .forEach(
            name ->
                problems.add(
                    plan.pipeline().position(),
                    "the step '"
                        + name
                        + "' was begun in the run '"
                        + journal.run().id()
                        + "', and is gone from the pipeline. Put it back, or start a new run."));
  }

  private void check(
      Plan.Node node,
      Past past,
      Set<String> again,
      Repeatability repeatability,
      Problems problems) {
    String state = past.isDone() ? "it is done" : "it was interrupted, and may be done,";
    boolean fixed = past.isDone() || past.mayBeDone();
    if (fixed && !past.fingerprint().equals(fingerprint(node))) {
      problem(
          node,
          state
              + " in the run '"
              + journal.run().id()
              + "', and it, or a step that its rows come from, was changed since. Undo the change,"
              + " or start a new run.",
          problems);
    } else if (past.isDone()
        && Repeatability.ofItself(node.step()).isPresent()
        && again.contains(key(node.name()))) {
      problem(
          node,
          "it is done in the run '"
              + journal.run().id()
              + "', its value is needed again, and its factory must not be repeated. Start a new"
              + " run.",
          problems);
    } else if (past.wasTried()) {
      repeatability
          .whyNotAgain(node)
          .ifPresent(
              why ->
                  problem(
                      node,
                      "it was interrupted in the run '"
                          + journal.run().id()
                          + "', and may have been applied: "
                          + why
                          + " Then start a new run with the steps that are left (--only, --from).",
                      problems));
    }
  }

  private static void problem(Plan.Node node, String message, Problems problems) {
    problems.add(node.step().source().position(), label(node.step()) + message);
  }

  /** The reports of the nodes that need not be run again. */
  List<NodeReport> done() {
    Set<String> again = again();
    List<NodeReport> done = new ArrayList<>();
    for (Plan.Node node : plan.nodes()) {
      if (!again.contains(key(node.name()))) {
        journal.past(node.name()).flatMap(Past::report).ifPresent(done::add);
      }
    }
    return done;
  }

  /** The nodes that are run: those that are not done, and what their rows and values come from. */
  private Set<String> again() {
    Set<String> again = new HashSet<>();
    List<Plan.Node> last = new ArrayList<>(plan.nodes());
    Collections.reverse(last);
    for (Plan.Node node : last) {
      boolean done = journal.past(node.name()).filter(Past::isDone).isPresent();
      if (!done || again.contains(key(node.name()))) {
        again.add(key(node.name()));
        node.takes().forEach(name -> again.add(key(name)));
      }
    }
    return again;
  }

  /** Whether an earlier process has made the value of a factory. */
  boolean wasMade(Plan.Node node) {
    Optional<Past> past = journal.past(node.name());
    return past.filter(Past::isDone).isPresent();
  }

  /** Changes when the step does, or one that its rows come from. */
  String fingerprint(Plan.Node node) {
    return fingerprints.computeIfAbsent(node, key -> Fingerprint.of(graph, key));
  }
}
