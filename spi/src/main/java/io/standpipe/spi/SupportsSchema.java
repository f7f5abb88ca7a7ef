package io.standpipe.spi;

import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * A storage whose schema can be known without Spark, so that a pipeline is checked before anything
 * starts.
 */
public interface SupportsSchema extends Connector {

  /**
   * The schema, if it can be known without a Spark session and without a network: from the
   * configuration, or from a local file's header. Empty if it has to be asked for at run time.
   * Never throws for a missing file or table.
   */
  Optional<StructType> knownSchema();
}
