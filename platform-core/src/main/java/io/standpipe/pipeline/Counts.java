package io.standpipe.pipeline;

import io.standpipe.spi.WriteResult;
import java.util.OptionalLong;

/**
 * What a node moved.
 *
 * @param batches micro-batches of a stream
 * @param read rows read by the node's Spark tasks
 * @param written rows written
 * @param rejected rows that went to the dead letters
 */
record Counts(
    OptionalLong batches, OptionalLong read, OptionalLong written, OptionalLong rejected) {
  static final Counts NONE =
      new Counts(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  /** Rows that one write wrote: as the connector says, else as Spark's tasks counted them. */
  static long written(WriteResult result, long counted) {
    return result.outcome() == WriteResult.Outcome.COMMITTED
        ? result.rows().orElse(counted)
        : result.rows().orElse(0);
  }
}
