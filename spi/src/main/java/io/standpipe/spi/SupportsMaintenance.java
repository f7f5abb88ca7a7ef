package io.standpipe.spi;

import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage that wants care: compaction, removal of old files, and the like. */
public interface SupportsMaintenance extends Connector {

  /** The names of the operations, for example {@code vacuum} and {@code optimize}. */
  Set<String> maintenanceOperations();

  /**
   * Runs an operation and returns what it reports.
   *
   * @param operation one of {@link #maintenanceOperations()}
   * @param options by the operation; an unknown option is an error
   * @throws ConnectorException for an unknown operation or option, or if the operation fails
   */
  Dataset<Row> maintain(SparkSession session, String operation, Map<String, String> options);
}
