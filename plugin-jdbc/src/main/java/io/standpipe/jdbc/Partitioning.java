package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/**
 * Splits a read into parallel queries, each over a range of one column. The ranges together cover
 * every row, NULL included, whatever the bounds are.
 */
record Partitioning(
    String column, Axis axis, Optional<BigDecimal> lower, Optional<BigDecimal> upper, int parts) {

  /**
   * What the configuration asks for.
   *
   * @throws ConnectorException if the column or a bound cannot be used
   */
  static Optional<Partitioning> of(JdbcConfig config, StructType schema, String sessionZone) {
    if (config.partitionColumn().isEmpty()) {
      return Optional.empty();
    }
    List<String> names = List.of(schema.fieldNames());
    String column =
        ColumnMatch.resolve("partitionColumn", config.partitionColumn().stream().toList(), names)
            .get(0);
    Axis axis = Axis.of(column, schema.fields()[names.indexOf(column)].dataType(), sessionZone);
    return Optional.of(
        new Partitioning(
            column,
            axis,
            config.lowerBound().map(text -> axis.parse("lowerBound", text)),
            config.upperBound().map(text -> axis.parse("upperBound", text)),
            config.partitions()));
  }

  /** The condition of each query; an empty one if the rows cannot be divided. */
  List<String> conditions(Connection connection, String relation) throws SQLException {
    Optional<BigDecimal> first = lower;
    Optional<BigDecimal> last = upper;
    if (first.isEmpty() || last.isEmpty()) {
      List<BigDecimal> range = range(connection, relation);
      if (range.isEmpty()) {
        return List.of("");
      }
      first = first.or(() -> Optional.of(range.get(0)));
      last = last.or(() -> Optional.of(range.get(1)));
    }
    return conditions(boundaries(first.get(), last.get()));
  }

  private List<BigDecimal> range(Connection connection, String relation) throws SQLException {
    String quoted = TableId.quote(column);
    String sql = "SELECT MIN(" + quoted + "), MAX(" + quoted + ") FROM " + relation;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getObject(1) == null
          ? List.of()
          : List.of(axis.position(row, 1), axis.position(row, 2));
    }
  }

  private List<BigDecimal> boundaries(BigDecimal lower, BigDecimal upper) {
    if (lower.compareTo(upper) > 0) {
      throw new ConnectorException(
          "lowerBound " + lower.toPlainString() + " is above upperBound " + upper.toPlainString(),
          "Swap them.");
    }
    TreeSet<BigDecimal> boundaries = new TreeSet<>();
    for (int i = 1; i < parts; i++) {
      BigDecimal step = upper.subtract(lower).multiply(BigDecimal.valueOf(i));
      int scale = Math.max(0, Math.max(lower.scale(), upper.scale()));
      BigDecimal boundary =
          lower.add(step.divide(BigDecimal.valueOf(parts), scale, RoundingMode.CEILING));
      if (boundary.compareTo(lower) > 0) {
        boundaries.add(boundary);
      }
    }
    return List.copyOf(boundaries);
  }

  private List<String> conditions(List<BigDecimal> boundaries) {
    if (boundaries.isEmpty()) {
      return List.of("");
    }
    String quoted = TableId.quote(column);
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i <= boundaries.size(); i++) {
      String from = i == 0 ? "" : quoted + " >= " + axis.literal(boundaries.get(i - 1));
      String to = i == boundaries.size() ? "" : quoted + " < " + axis.literal(boundaries.get(i));
      String and = from.isEmpty() || to.isEmpty() ? "" : " AND ";
      conditions.add(from + and + to + (i == 0 ? " OR " + quoted + " IS NULL" : ""));
    }
    return conditions;
  }
}
