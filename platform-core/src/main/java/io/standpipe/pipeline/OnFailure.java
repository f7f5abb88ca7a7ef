package io.standpipe.pipeline;

/** What becomes of the run when a step fails for good. */
public enum OnFailure {
  /** The run fails: nothing new begins, and what is going on is cancelled. */
  FAIL,
  /** The steps that need it are skipped, the others go on. */
  SKIP,
  /** Only the steps that take rows from it are skipped; those that merely come after it go on. */
  CONTINUE
}
