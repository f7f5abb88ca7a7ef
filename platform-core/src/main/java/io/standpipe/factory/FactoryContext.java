package io.standpipe.factory;

import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a factory works with. Only for the thread that calls the factory, and while it does. */
public interface FactoryContext {
  /** The Spark session; not to be stopped. */
  SparkSession spark();

  /** The id of the run. */
  String run();

  /** When the run began. A run that is resumed has the time of the original one. */
  Instant time();

  /**
   * The rows of a storage, lazily.
   *
   * @throws IllegalArgumentException if the step does not name the storage as one that it reads
   */
  Dataset<Row> read(String storage);

  /**
   * Writes rows. The write carries a commit token made of the run, the step and the number of the
   * write, so that it has the effect of once when the step is repeated: a factory must make the
   * same writes in the same order each time.
   *
   * @param request without a commit token
   * @throws IllegalArgumentException if the step does not name the storage as one that it writes
   */
  WriteResult write(String storage, Dataset<Row> rows, WriteRequest request);
}
