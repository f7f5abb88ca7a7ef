package com.example.fixedwidth;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.rpad;
import static org.apache.spark.sql.functions.rtrim;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** What the storage can do is what the class implements: it reads, it writes, and its schema is known without Spark. */
final class FixedWidthConnector implements SupportsRead, SupportsWrite, SupportsSchema {
  private final FixedWidthConfig config;

  FixedWidthConnector(FixedWidthConfig config) {
    this.config = config;
  }

  @Override
  public Optional<StructType> knownSchema() {
    String ddl =
        config.columns().stream()
            .map(column -> Identifiers.quoted(column.name()) + " " + column.type())
            .collect(Collectors.joining(", "));
    return Optional.of(StructType.fromDDL(ddl));
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    List<Column> columns = new ArrayList<>();
    int start = 1;
    for (FixedWidthConfig.Column column : config.columns()) {
      Column text = rtrim(substring(col("value"), start, column.width()));
      // Blanks are NULL.
      columns.add(when(text.notEqual(""), text).cast(column.type()).as(column.name()));
      start += column.width();
    }
    return session.read().text(config.path().uri()).select(columns.toArray(Column[]::new));
  }

  @Override
  public Set<WriteMode> writeModes() {
    return Set.of(WriteMode.APPEND, WriteMode.OVERWRITE);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    requireColumns(Arrays.asList(rows.columns()));
    List<Column> columns = config.columns().stream().map(FixedWidthConnector::padded).toList();
    rows.select(concat(columns.toArray(Column[]::new)).as("value"))
        .coalesce(config.files())
        .write()
        .mode(request.mode() == WriteMode.APPEND ? "append" : "overwrite")
        .text(config.path().uri());
    return WriteResult.committed();
  }

  /** Rows that do not fit are refused before anything is written. */
  private void requireColumns(List<String> present) {
    List<String> wanted = config.columns().stream().map(FixedWidthConfig.Column::name).toList();
    if (!Set.copyOf(present).equals(Set.copyOf(wanted))) {
      throw new ConnectorException(
          "the rows have the columns " + present + ", the storage has " + wanted,
          "Select those of the storage in the pipeline, or change the storage's columns.");
    }
  }

  private static Column padded(FixedWidthConfig.Column column) {
    Column text = coalesce(Identifiers.column(column.name()).cast("string"), lit(""));
    Column tooLong =
        raise_error(
            format_string(
                "'%s' does not fit into column " + column.name() + " of width " + column.width(), text));
    return when(length(text).leq(column.width()), rpad(text, column.width(), " ")).otherwise(tooLong);
  }
}
