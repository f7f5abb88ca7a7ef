package io.standpipe.jdbc;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;

/** A planned read. */
final class ReadScan implements Scan, SupportsReportStatistics {
  private final ReadSource source;
  private final ReadQuery query;
  private Optional<Size> size = Optional.empty();

  /** How much is read, as far as it is known. */
  record Size(OptionalLong numRows, OptionalLong sizeInBytes) implements Statistics {
    /** What Spark's rows have for each column, besides the bytes of long values. */
    private static final int BYTES_OF_COLUMN = 8;

    static final Size UNKNOWN = new Size(OptionalLong.empty(), OptionalLong.empty());

    /**
     * @param width bytes of a row in the database
     */
    static Size of(long rows, long width, int columns) {
      return new Size(
          OptionalLong.of(rows),
          OptionalLong.of(rows * (width + (long) BYTES_OF_COLUMN * (columns + 1))));
    }

    /** The same number of rows with at least so many bytes. */
    Size atLeast(long bytes) {
      return new Size(numRows, OptionalLong.of(Math.max(bytes, sizeInBytes.orElse(0))));
    }
  }

  ReadScan(ReadSource source, ReadQuery query) {
    this.source = source;
    this.query = query;
  }

  @Override
  public StructType readSchema() {
    return query.schema();
  }

  /** Shown in plans. */
  @Override
  public String description() {
    return source.name()
        + shown("PushedFilters", query.filters())
        + (query.division() == ReadQuery.Division.WHOLE && query.order().isEmpty()
            ? shown("PushedAggregates", query.columns().stream().map(ReadColumn::select).toList())
            : "")
        + shown("PushedGroupBy", query.groups())
        + shown("PushedOrderBy", query.order())
        + (query.limit().isPresent() ? ", PushedLimit: " + query.limit().getAsInt() : "")
        + ", ReadSchema: "
        + readSchema().simpleString();
  }

  private static String shown(String what, List<String> parts) {
    return parts.isEmpty() ? "" : ", " + what + ": [" + String.join(", ", parts) + "]";
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return source.reading().isColumnar()
        ? ColumnarSupportMode.SUPPORTED
        : ColumnarSupportMode.UNSUPPORTED;
  }

  @Override
  public Batch toBatch() {
    return new ReadBatch(source, query);
  }

  /**
   * Of a table, without the filters: what a database guesses of those can be much too small, and
   * Spark would send the rows to all executors.
   */
  @Override
  public synchronized Statistics estimateStatistics() {
    if (size.isEmpty()) {
      size = Optional.of(estimated());
    }
    return size.get();
  }

  private Size estimated() {
    if (source.table().isEmpty()
        || (query.division() == ReadQuery.Division.WHOLE && query.order().isEmpty())) {
      return Size.UNKNOWN;
    }
    ReadQuery all = ReadQuery.all(query.relation(), query.columns());
    Size found =
        source.connected(
            connection -> source.reading().size(connection, source.table().get(), all));
    OptionalLong rows = found.numRows();
    if (rows.isEmpty() || rows.getAsLong() == 0 || query.limit().isEmpty()) {
      return found;
    }
    long most = Math.min(rows.getAsLong(), query.limit().getAsInt());
    return new Size(
        OptionalLong.of(most),
        OptionalLong.of(found.sizeInBytes().getAsLong() / rows.getAsLong() * most));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReadScan scan && source == scan.source && query.equals(scan.query);
  }

  @Override
  public int hashCode() {
    return Objects.hash(System.identityHashCode(source), query);
  }

  @Override
  public String toString() {
    return description();
  }
}
