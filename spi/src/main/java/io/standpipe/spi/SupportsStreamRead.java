package io.standpipe.spi;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A storage whose rows can be read as they arrive.
 *
 * <p>There is no counterpart for writing: the platform cuts a stream into micro-batches and writes
 * each of them with {@link SupportsWrite#write}, {@link SupportsUpsert#upsert} or {@link
 * SupportsDelete#delete}. A micro-batch that may have been written before comes with the {@link
 * CommitToken} that it had then.
 */
public interface SupportsStreamRead extends Connector {

  /**
   * The rows as a streaming dataset, those that are there now first. The source must be replayable:
   * asked again for the rows between two of its offsets, it gives the same rows, or fails.
   *
   * @return a dataset of which {@link Dataset#isStreaming()} is true
   * @throws ConnectorException if the storage cannot be opened or does not exist, or has no schema
   *     yet and none is configured
   */
  Dataset<Row> readStream(SparkSession session);
}
