package io.standpipe.spi;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage that can tell which rows changed between two versions. */
public interface SupportsChangeFeed extends SupportsRead {

  /**
   * The changed rows, with columns of the technology's own that name the kind of change and its
   * version.
   *
   * @param from the first version, inclusive
   * @param to the last version, inclusive; empty for the newest
   * @throws ConnectorException if the table does not record changes
   */
  Dataset<Row> changes(SparkSession session, TableVersion from, Optional<TableVersion> to);
}
