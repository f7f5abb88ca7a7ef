package io.standpipe.cli;

import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Repeat;
import io.standpipe.pipeline.RunReport.Status;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells a person how a run gets on: one line a step, and while Spark works how many tasks and rows
 * are done. On a terminal the line is rewritten; elsewhere a new one comes every ten seconds.
 */
final class ConsoleProgress implements RunListener {
  private static final long TERMINAL_INTERVAL = 200_000_000L;
  private static final long LOG_INTERVAL = 10_000_000_000L;

  private final PrintStream out;
  private final boolean terminal = System.console() != null;
  private final long interval = terminal ? TERMINAL_INTERVAL : LOG_INTERVAL;
  private final int width;
  private long nextUpdate;

  ConsoleProgress(PrintStream out, Plan plan) {
    this.out = out;
    this.width = plan.nodes().stream().mapToInt(node -> node.name().length()).max().orElse(0);
  }

  void starting(String run) {
    out.println("run " + run + ": starting Spark");
  }

  @Override
  public synchronized void started(Plan.Node node) {
    nextUpdate = System.nanoTime() + interval;
  }

  @Override
  public synchronized void progressed(
      Plan.Node node, int tasksDone, int tasksKnown, long rowsRead, long rowsWritten) {
    long now = System.nanoTime();
    if (now < nextUpdate) {
      return;
    }
    nextUpdate = now + interval;
    String line =
        String.format(
            Locale.ROOT,
            "  ... %-" + width + "s  %d of %d tasks, %,d rows read, %,d written",
            node.name(),
            tasksDone,
            tasksKnown,
            rowsRead,
            rowsWritten);
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  @Override
  public synchronized void doneBefore(NodeReport report) {
    out.printf("  %-4s %-" + width + "s  %-6s  before%n", "done", report.name(), report.kind());
  }

  @Override
  public synchronized void ended(NodeReport report) {
    StringBuilder line = new StringBuilder(terminal ? "\r\u001b[K" : "");
    line.append(
        String.format(
            "  %-4s %-" + width + "s  %-6s %7.2f s",
            switch (report.status()) {
              case SUCCEEDED -> "ok";
              case FELL_BACK -> "else";
              case FAILED -> "FAIL";
              case SKIPPED -> "skip";
              case CANCELLED -> "stop";
            },
            report.name(),
            report.kind(),
            report.elapsed().toMillis() / 1000.0));
    report
        .batches()
        .ifPresent(batches -> line.append(String.format(Locale.ROOT, "  %,d batches", batches)));
    report
        .rowsIn()
        .ifPresent(rows -> line.append(String.format(Locale.ROOT, "  %,d rows read", rows)));
    report
        .rowsOut()
        .ifPresent(rows -> line.append(String.format(Locale.ROOT, "  %,d written", rows)));
    report
        .rowsRejected()
        .ifPresent(rows -> line.append(String.format(Locale.ROOT, "  %,d rejected", rows)));
    out.println(line);
    report
        .failure()
        .ifPresent(
            failure -> out.println("       " + failure.verdict() + ": " + failure.message()));
  }

  @Override
  public synchronized void repeating(Plan.Node node, Repeat repeat) {
    out.printf(
        "%s  ... %-" + width + "s  %s%n       %s: %s%n",
        terminal ? "\r\u001b[K" : "",
        node.name(),
        again(repeat.attempt(), repeat.delay()),
        repeat.failure().verdict(),
        repeat.failure().message());
  }

  /** Which try failed, and when it is tried again. */
  static String again(int attempt, Duration delay) {
    return String.format(
        Locale.ROOT, "try %d failed, again in %.1f s", attempt, delay.toMillis() / 1000.0);
  }

  void cancelling() {
    out.println("cancelling; once more to stop at once");
  }

  void stopping() {
    out.println("stopping after the current batch; once more to stop at once");
  }

  /**
   * @param resumeOptions what has to be said besides the run to resume it
   */
  synchronized void finished(RunReport report, Path file, String resumeOptions) {
    out.printf(
        Locale.ROOT,
        "%s in %.1f s, report in %s%s%n",
        switch (report.result()) {
          case SUCCEEDED -> "succeeded";
          case PARTIAL -> "finished, with failures that the pipeline allows,";
          case FAILED -> "FAILED";
        },
        report.elapsed().toMillis() / 1000.0,
        file,
        report.hasTraces() ? ", stack traces in errors.txt beside it" : "");
    boolean left =
        report.nodes().stream()
            .anyMatch(
                node -> node.status() != Status.SUCCEEDED && node.status() != Status.FELL_BACK);
    if (left) {
      out.println("to do what is left: standpipe run --resume " + report.run() + resumeOptions);
    }
  }
}
