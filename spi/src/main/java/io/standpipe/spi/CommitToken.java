package io.standpipe.spi;

import java.util.Objects;

/**
 * Identifies one write for ever: a run writes a node once, however often it is tried. A connector
 * that stores the token together with the rows can recognise a repeat and make it harmless.
 *
 * @param run the id of the run
 * @param node the name of the pipeline's node
 */
public record CommitToken(String run, String node) {
  public CommitToken {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(node, "node");
    if (run.isBlank() || node.isBlank()) {
      throw new IllegalArgumentException("run and node must not be blank");
    }
  }

  /** Run and node as one string, unique per write. */
  public String value() {
    return run + "/" + node;
  }
}
