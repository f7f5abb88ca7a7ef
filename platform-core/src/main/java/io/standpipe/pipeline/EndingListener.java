package io.standpipe.pipeline;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Repeat;

/** Ends the run if its listener throws, rather than losing what the run knows of itself. */
record EndingListener(RunListener listener, Ending ending, Redactor redactor)
    implements RunListener {
  @Override
  public void started(Plan.Node node) {
    tell(() -> listener.started(node));
  }

  @Override
  public void progressed(
      Plan.Node node, int tasksDone, int tasksKnown, long rowsRead, long rowsWritten) {
    tell(() -> listener.progressed(node, tasksDone, tasksKnown, rowsRead, rowsWritten));
  }

  @Override
  public void repeating(Plan.Node node, Repeat repeat) {
    tell(() -> listener.repeating(node, repeat));
  }

  @Override
  public void doneBefore(NodeReport report) {
    tell(() -> listener.doneBefore(report));
  }

  @Override
  public void ended(NodeReport report) {
    tell(() -> listener.ended(report));
  }

  private void tell(Runnable news) {
    try {
      news.run();
    } catch (Throwable e) {
      ending.end(redactor.redact("the run's listener failed: " + e));
    }
  }
}
