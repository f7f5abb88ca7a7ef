package %package%;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.SessionNeeds;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the storage can do is what this class implements: it reads and it appends. It works as it stands, on a folder of
 * Parquet files: put your technology in their place, and implement more of {@code io.standpipe.spi.Supports...} as you
 * go. The conformance test says what each ability has to keep.
 */
final class %Name%Connector implements SupportsRead, SupportsWrite {
  private final %Name%Config config;

  %Name%Connector(%Name%Config config) {
    this.config = config;
  }

  /** Dates before the Gregorian calendar are written as they are; Spark refuses them otherwise. */
  @Override
  public SessionNeeds sessionNeeds() {
    return SessionNeeds.none()
        .withDefault("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        .withDefault("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    if (!exists(session)) {
      throw new ConnectorException(
          "cannot open the folder '" + config.path() + "': there is none",
          "Check 'path', or write to the storage first.");
    }
    return session.read().parquet(config.path().uri());
  }

  @Override
  public Set<WriteMode> writeModes() {
    return Set.of(WriteMode.APPEND);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    Dataset<Row> fitting = exists(session) ? fit(rows, read(session).schema()) : rows;
    fitting
        .write()
        .mode("append")
        .option("maxRecordsPerFile", config.rowsPerFile())
        .parquet(config.path().uri());
    return WriteResult.committed();
  }

  private boolean exists(SparkSession session) {
    Path folder = new Path(config.path().uri());
    try {
      return folder.getFileSystem(session.sessionState().newHadoopConf()).exists(folder);
    } catch (IOException e) {
      throw new ConnectorException(
          "cannot open the folder '" + config.path() + "'", "Check 'path'.", e);
    }
  }

  /** The columns in the order of the storage; those that are missing become NULL, others are refused. */
  private static Dataset<Row> fit(Dataset<Row> rows, StructType stored) {
    List<String> present = Arrays.asList(rows.columns());
    List<String> wanted = Arrays.asList(stored.fieldNames());
    List<String> unknown = present.stream().filter(name -> !wanted.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new ConnectorException(
          "the storage has no columns " + unknown + ", it has " + wanted,
          "Select those of the storage in the pipeline.");
    }
    return rows.select(
        Arrays.stream(stored.fields())
            .map(field -> present.contains(field.name()) ? same(rows, field) : missing(field))
            .toArray(Column[]::new));
  }

  private static Column same(Dataset<Row> rows, StructField field) {
    String type = rows.schema().apply(field.name()).dataType().catalogString();
    if (!type.equals(field.dataType().catalogString())) {
      throw new ConnectorException(
          "column '" + field.name() + "' is " + type + ", the storage has " + field.dataType().catalogString(),
          "Cast the column in the pipeline.");
    }
    return Identifiers.column(field.name());
  }

  private static Column missing(StructField field) {
    return functions.lit(null).cast(field.dataType()).as(field.name());
  }
}
