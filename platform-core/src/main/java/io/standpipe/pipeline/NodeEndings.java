package io.standpipe.pipeline;

import io.standpipe.pipeline.NodeWork.Done;
import io.standpipe.pipeline.NodeWork.FellBack;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.RunReport.Repeat;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.resilience.Call;
import io.standpipe.resilience.Outcome;
import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.spi.Verdict;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Says of each node of a run how it ended and what follows from that. Thread-safe. */
record NodeEndings(NodeReports reports, Failures failures, Ending ending, RunSettings settings) {

  /** The node failed, and is tried again. */
  void repeating(Plan.Node node, Call.Repeat repeat) {
    GivenUp failure = new GivenUp(repeat.error(), repeat.diagnosis(), "");
    reports.repeating(
        node, new Repeat(repeat.attempt(), repeat.delay(), failures.of(node, failure)));
  }

  /** What becomes of the others when the node fails. */
  OnFailure policy(Plan.Node node) {
    return node.step().settings().onFailure().orElse(settings.onFailure());
  }

  /**
   * The node has ended.
   *
   * @param endRun is told why, if the run ends with it
   */
  void ended(Plan.Node node, Done done, Instant since, Consumer<String> endRun) {
    for (FellBack fellBack : done.fellBack()) {
      if (fellBack.node() != node) {
        fellBack(fellBack, reports.began(fellBack.node()), Counts.NONE, 1);
      }
    }
    Outcome<Counts> outcome = done.outcome();
    if (outcome.failure().isPresent()) {
      failed(
          node, withFirst(node, done, outcome.failure().get()), since, outcome.attempts(), endRun);
      return;
    }
    Counts counts = outcome.value().orElseThrow();
    done.fellBack(node)
        .ifPresentOrElse(
            fellBack -> fellBack(fellBack, since, counts, outcome.attempts()),
            () ->
                reports.ended(
                    node, Status.SUCCEEDED, since, counts, outcome.attempts(), Optional.empty()));
  }

  /** Why something else was used that failed, too, is also told. */
  private GivenUp withFirst(Plan.Node node, Done done, GivenUp last) {
    return done.fellBack(node)
        .map(
            fellBack ->
                new GivenUp(
                    last.error(),
                    last.diagnosis(),
                    (last.end()
                            + " It was "
                            + fellBack.fallback()
                            + ", used because of: "
                            + failures.of(node, fellBack.failure()).message())
                        .strip()))
        .orElse(last);
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
      Plan.Node node, GivenUp failure, Instant since, int attempts, Consumer<String> endRun) {
    Optional<String> why = ending.why();
    if (why.isPresent()) {
      Failure failed = failures.of(node, failure);
      Failure told =
          new Failure(
              Status.CANCELLED.id(),
              Optional.empty(),
              "cancelled because " + why.get() + uncertain(failure, failed),
              failed.trace());
      reports.ended(node, Status.CANCELLED, since, Counts.NONE, attempts, Optional.of(told));
    } else {
      failedByItself(node, failure, since, Counts.NONE, attempts, endRun);
    }
  }

  /** What was cut off while it was committed may be there. */
  private static String uncertain(GivenUp failure, Failure failed) {
    return failure.diagnosis().verdict() == Verdict.AMBIGUOUS
        ? ". It may have been done: " + failed.message()
        : "";
  }

  /** A stream has failed by itself. */
  void failed(Plan.Node node, GivenUp failure, Instant since, Counts counts) {
    failedByItself(node, failure, since, counts, 1, ending::end);
  }

  private void failedByItself(
      Plan.Node node,
      GivenUp failure,
      Instant since,
      Counts counts,
      int attempts,
      Consumer<String> endRun) {
    if (policy(node) == OnFailure.FAIL) {
      endRun.accept("'" + node.name() + "' failed");
    }
    Failure reported = failures.of(node, failure);
    reports.ended(node, Status.FAILED, since, counts, attempts, Optional.of(reported));
  }
}
