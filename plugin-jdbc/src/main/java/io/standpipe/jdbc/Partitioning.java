package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/**
 * Splits a read into parallel queries, each over a range of one column. The ranges together cover
 * every row, NULL included, whatever the bounds are.
 */
record Partitioning(JdbcConfig config, Connection connection, String relation) {

  /** The condition of each query; none if the rows cannot be divided. */
  String[] conditions(StructType schema, String sessionZone) throws SQLException {
    List<String> names = List.of(schema.fieldNames());
    String column =
        ColumnMatch.resolve("partitionColumn", config.partitionColumn().stream().toList(), names)
            .get(0);
    Axis axis = Axis.of(column, schema.fields()[names.indexOf(column)].dataType(), sessionZone);
    Optional<BigDecimal> lower = config.lowerBound().map(text -> axis.parse("lowerBound", text));
    Optional<BigDecimal> upper = config.upperBound().map(text -> axis.parse("upperBound", text));
    if (lower.isEmpty() || upper.isEmpty()) {
      List<BigDecimal> range = range(column, axis);
      if (range.isEmpty()) {
        return new String[0];
      }
      lower = lower.or(() -> Optional.of(range.get(0)));
      upper = upper.or(() -> Optional.of(range.get(1)));
    }
    return conditions(TableId.quote(column), boundaries(lower.get(), upper.get()), axis);
  }

  private List<BigDecimal> range(String column, Axis axis) throws SQLException {
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
    BigDecimal parts = BigDecimal.valueOf(config.partitions());
    TreeSet<BigDecimal> boundaries = new TreeSet<>();
    for (int i = 1; i < config.partitions(); i++) {
      BigDecimal step = upper.subtract(lower).multiply(BigDecimal.valueOf(i));
      int scale = Math.max(0, Math.max(lower.scale(), upper.scale()));
      BigDecimal boundary = lower.add(step.divide(parts, scale, RoundingMode.CEILING));
      if (boundary.compareTo(lower) > 0) {
        boundaries.add(boundary);
      }
    }
    return List.copyOf(boundaries);
  }

  private static String[] conditions(String column, List<BigDecimal> boundaries, Axis axis) {
    String[] conditions = new String[boundaries.isEmpty() ? 0 : boundaries.size() + 1];
    for (int i = 0; i < conditions.length; i++) {
      String from = i == 0 ? "" : column + " >= " + axis.literal(boundaries.get(i - 1));
      String to = i == boundaries.size() ? "" : column + " < " + axis.literal(boundaries.get(i));
      String and = from.isEmpty() || to.isEmpty() ? "" : " AND ";
      conditions[i] = from + and + to + (i == 0 ? " OR " + column + " IS NULL" : "");
    }
    return conditions;
  }
}
