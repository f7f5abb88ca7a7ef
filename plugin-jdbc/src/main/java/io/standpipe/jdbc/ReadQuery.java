package io.standpipe.jdbc;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the database is asked for.
 *
 * @param relation what stands after FROM
 * @param columns what is selected; none if only the number of rows matters
 * @param filters conditions that must all hold
 * @param groups what stands after GROUP BY
 * @param order what stands after ORDER BY
 * @param division whether several queries may share the rows among them
 */
record ReadQuery(
    String relation,
    List<ReadColumn> columns,
    List<String> filters,
    List<String> groups,
    List<String> order,
    OptionalInt limit,
    Division division) {

  /** Whether several queries may share the rows among them. */
  enum Division {
    DIVISIBLE,
    /** Aggregates and the first of a sorted result are those of all rows. */
    WHOLE
  }

  ReadQuery {
    columns = List.copyOf(columns);
    filters = List.copyOf(filters);
    groups = List.copyOf(groups);
    order = List.copyOf(order);
  }

  /** All rows of a relation. */
  static ReadQuery all(String relation, List<ReadColumn> columns) {
    return new ReadQuery(
        relation,
        columns,
        List.of(),
        List.of(),
        List.of(),
        OptionalInt.empty(),
        Division.DIVISIBLE);
  }

  /**
   * The statement.
   *
   * @param part a further condition, or empty
   */
  String sql(String part) {
    String where =
        Stream.concat(filters.stream(), Stream.of(part).filter(condition -> !condition.isEmpty()))
            .map(condition -> "(" + condition + ")")
            .collect(Collectors.joining(" AND "));
    return "SELECT "
        + (columns.isEmpty()
            ? "1"
            : columns.stream().map(ReadColumn::select).collect(Collectors.joining(", ")))
        + " FROM "
        + relation
        + (where.isEmpty() ? "" : " WHERE " + where)
        + (groups.isEmpty() ? "" : " GROUP BY " + String.join(", ", groups))
        + (order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order))
        + (limit.isEmpty() ? "" : " LIMIT " + limit.getAsInt());
  }

  List<ReadColumn.Field> fields() {
    return columns.stream().map(ReadColumn::field).toList();
  }

  StructType schema() {
    return new StructType(
        columns.stream()
            .map(column -> DataTypes.createStructField(column.name(), column.type(), true))
            .toArray(StructField[]::new));
  }
}
