package io.standpipe.pipeline;

/**
 * Is told how a run gets on. Calls come from several threads, one at a time per node. If one
 * throws, the run is ended.
 */
public interface RunListener {

  /** A node begins. */
  default void started(Plan.Node node) {}

  /**
   * A node's Spark tasks got on. Called at most a few times a second.
   *
   * @param tasksDone tasks that ended
   * @param tasksKnown tasks that Spark has planned so far; grows with each stage
   * @param rowsRead rows read from sources so far
   * @param rowsWritten rows written so far
   */
  default void progressed(
      Plan.Node node, int tasksDone, int tasksKnown, long rowsRead, long rowsWritten) {}

  /** A node failed, and is tried again after a while. */
  default void repeating(Plan.Node node, RunReport.Repeat repeat) {}

  /** A node was done before the run was resumed. */
  default void doneBefore(RunReport.NodeReport report) {}

  /** A node ended. */
  default void ended(RunReport.NodeReport report) {}
}
