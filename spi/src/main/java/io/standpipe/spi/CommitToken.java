package io.standpipe.spi;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Identifies one write for ever: a run writes a node once, and a stream each of its micro-batches,
 * however often it is tried. A connector that stores the token together with the rows can recognise
 * a repeat and make it harmless.
 *
 * @param run the id of the run, or of a stream: that stays when the stream is stopped and started
 *     again
 * @param node the name of the pipeline's node
 * @param batch the number of the micro-batch, counted from 0; empty for a write that is no part of
 *     a stream
 */
public record CommitToken(String run, String node, OptionalLong batch) {
  /** Spark keeps the progress of so many batches, so that older ones cannot be repeated. */
  private static final int REPEATABLE_BATCHES = 100;

  public CommitToken {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(batch, "batch");
    if (run.isBlank() || node.isBlank()) {
      throw new IllegalArgumentException("run and node must not be blank");
    }
    if (batch.isPresent() && batch.getAsLong() < 0) {
      throw new IllegalArgumentException("batch must not be negative: " + batch.getAsLong());
    }
  }

  /** The token of a write that is no part of a stream. */
  public CommitToken(String run, String node) {
    this(run, node, OptionalLong.empty());
  }

  /** Run, node and batch as one string, unique per write. */
  public String value() {
    return run + "/" + node + (batch.isPresent() ? "/" + batch.getAsLong() : "");
  }

  /**
   * The token that nobody will use again once this one is committed: the one of a much earlier
   * batch. A connector may forget it, so that the tokens of a stream do not pile up.
   */
  public Optional<CommitToken> outlived() {
    return batch.isPresent() && batch.getAsLong() >= REPEATABLE_BATCHES
        ? Optional.of(
            new CommitToken(run, node, OptionalLong.of(batch.getAsLong() - REPEATABLE_BATCHES)))
        : Optional.empty();
  }
}
