package io.standpipe.spi;

import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A storage that rows can be written to. */
public interface SupportsWrite extends Connector {

  /**
   * The modes that {@link #write} takes, out of {@link WriteMode#APPEND}, {@link
   * WriteMode#OVERWRITE}, {@link WriteMode#ERROR_IF_EXISTS} and {@link WriteMode#IGNORE}. Upsert
   * and delete are abilities of their own. Empty if the storage is configured so that it can only
   * be read; then nothing is upserted or deleted either.
   */
  Set<WriteMode> writeModes();

  /**
   * What it can do, besides refusing, when the rows have other columns than the storage. By default
   * nothing. A request for anything else never arrives.
   *
   * @param mode any mode of the storage, upsert included
   */
  default Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    return Set.of();
  }

  /**
   * Writes all rows and returns when they are committed. Columns are matched by name. The request's
   * mode is one of {@link #writeModes()}.
   *
   * @throws ConnectorException if the storage refuses; nothing is visible then, unless the
   *     connector's page says otherwise
   */
  WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request);
}
