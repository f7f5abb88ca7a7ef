package io.standpipe.repository;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Parquet files in a folder. Each change writes a new folder beside the old one and then moves on
 * to it, so that a reader sees all of a change or nothing.
 */
final class FolderConnector implements SupportsRead, SupportsWrite, SupportsUpsert, SupportsDelete {
  private final Path folder;
  private final AtomicInteger version = new AtomicInteger();

  private FolderConnector(Path folder) {
    this.folder = folder;
  }

  /** A folder that holds these rows. */
  static FolderConnector holding(Path folder, Dataset<Row> rows) {
    FolderConnector connector = new FolderConnector(folder);
    rows.coalesce(1).write().parquet(connector.current());
    return connector;
  }

  /** A folder without rows. */
  static FolderConnector empty(Path folder, SparkSession session, StructType schema) {
    return holding(folder, session.createDataFrame(List.of(), schema));
  }

  private String current() {
    return folder.resolve("v" + version.get()).toString();
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return session.read().parquet(current());
  }

  @Override
  public Set<WriteMode> writeModes() {
    return Set.of(WriteMode.APPEND, WriteMode.OVERWRITE);
  }

  @Override
  public synchronized WriteResult write(
      SparkSession session, Dataset<Row> rows, WriteRequest request) {
    Dataset<Row> before = read(session);
    Dataset<Row> written = aligned(rows, before.schema());
    return swap(
        request.mode() == WriteMode.APPEND ? before.unionByName(written) : written, rows.count());
  }

  @Override
  public synchronized WriteResult upsert(
      SparkSession session, Dataset<Row> rows, WriteRequest request) {
    Dataset<Row> before = read(session);
    Dataset<Row> kept = before.join(rows, sameKey(before, rows, request.keys()), "left_anti");
    return swap(kept.unionByName(aligned(rows, before.schema())), rows.count());
  }

  @Override
  public synchronized WriteResult delete(
      SparkSession session, Dataset<Row> keys, WriteRequest request) {
    Dataset<Row> before = read(session);
    return swap(
        before.join(keys, sameKey(before, keys, request.keys()), "left_anti"), keys.count());
  }

  @Override
  public synchronized WriteResult deleteWhere(SparkSession session, Condition condition) {
    Dataset<Row> before = read(session);
    Column hit = functions.coalesce(condition.toColumn(), functions.lit(false));
    return swap(before.filter(functions.not(hit)), before.filter(hit).count());
  }

  private static Column sameKey(Dataset<Row> left, Dataset<Row> right, List<String> keys) {
    return keys.stream()
        .map(key -> left.col(key).equalTo(right.col(key)))
        .reduce(Column::and)
        .orElseThrow();
  }

  private static Dataset<Row> aligned(Dataset<Row> rows, StructType schema) {
    List<String> unknown =
        Arrays.stream(rows.columns())
            .filter(name -> !List.of(schema.fieldNames()).contains(name))
            .toList();
    if (!unknown.isEmpty()) {
      throw new ConnectorException("it has no columns " + unknown, "Write other rows.");
    }
    List<String> given = List.of(rows.columns());
    return rows.select(
        Arrays.stream(schema.fields())
            .map(
                field ->
                    (given.contains(field.name()) ? rows.col(field.name()) : functions.lit(null))
                        .cast(field.dataType())
                        .as(field.name()))
            .toArray(Column[]::new));
  }

  private WriteResult swap(Dataset<Row> rows, long changed) {
    String next = folder.resolve("v" + (version.get() + 1)).toString();
    rows.coalesce(1).write().parquet(next);
    version.incrementAndGet();
    return WriteResult.committed(changed);
  }
}
