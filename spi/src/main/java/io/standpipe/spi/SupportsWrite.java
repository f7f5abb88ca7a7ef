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
   * and delete are abilities of their own.
   */
  Set<WriteMode> writeModes();

  /**
   * What it can do, besides refusing, when the rows have other columns than the storage; also for
   * an upsert. By default nothing. A request for anything else never arrives.
   */
  default Set<SchemaEvolution> schemaEvolutions() {
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
