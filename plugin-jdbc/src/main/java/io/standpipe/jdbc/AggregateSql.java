package io.standpipe.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.Count;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.aggregate.Max;
import org.apache.spark.sql.connector.expressions.aggregate.Min;
import org.apache.spark.sql.connector.expressions.aggregate.Sum;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/**
 * An aggregation as SQL, if the database gives exactly Spark's result. Sums of bigint are not among
 * them, because Spark's wrap around, nor averages and sums of floating numbers, which depend on the
 * order of the rows.
 *
 * @param columns the groups, then the aggregates
 * @param groups what stands after GROUP BY
 */
record AggregateSql(List<ReadColumn> columns, List<String> groups) {
  /** Digits that a sum has more than its numbers. */
  private static final int SUM_DIGITS = 10;

  static Optional<AggregateSql> of(Aggregation aggregation, Map<String, ReadColumn> columns) {
    List<ReadColumn> outputs = new ArrayList<>();
    for (Expression group : aggregation.groupByExpressions()) {
      Optional<ReadColumn> column = column(group, columns).flatMap(AggregateSql::group);
      if (column.isEmpty()) {
        return Optional.empty();
      }
      outputs.add(column.get());
    }
    List<String> groups = outputs.stream().map(ReadColumn::select).toList();
    for (AggregateFunc function : aggregation.aggregateExpressions()) {
      Optional<ReadColumn> output = function(function, columns);
      if (output.isEmpty()) {
        return Optional.empty();
      }
      outputs.add(output.get());
    }
    return Optional.of(new AggregateSql(outputs, groups));
  }

  private static Optional<ReadColumn> column(
      Expression expression, Map<String, ReadColumn> columns) {
    return expression instanceof NamedReference name && name.fieldNames().length == 1
        ? Optional.ofNullable(columns.get(name.fieldNames()[0]))
        : Optional.empty();
  }

  /** Of the zeros of floating numbers Spark shows the positive one, the database any. */
  private static Optional<ReadColumn> group(ReadColumn column) {
    return column.type() instanceof FloatType || column.type() instanceof DoubleType
        ? Optional.empty()
        : column.equal().map(sql -> derived(column, sql));
  }

  private static Optional<ReadColumn> function(
      AggregateFunc function, Map<String, ReadColumn> columns) {
    if (function instanceof CountStar) {
      return Optional.of(count("COUNT(*)"));
    } else if (function instanceof Count count) {
      return column(count.column(), columns)
          .flatMap(
              column ->
                  count.isDistinct()
                      ? column.equal().map(sql -> count("COUNT(DISTINCT " + sql + ")"))
                      : Optional.of(count("COUNT(" + column.quoted() + ")")));
    } else if (function instanceof Min min) {
      return column(min.column(), columns).flatMap(column -> extreme("MIN", column));
    } else if (function instanceof Max max) {
      return column(max.column(), columns).flatMap(column -> extreme("MAX", column));
    } else if (function instanceof Sum sum && !sum.isDistinct()) {
      return column(sum.column(), columns).flatMap(AggregateSql::sum);
    }
    return Optional.empty();
  }

  private static ReadColumn count(String sql) {
    return result(sql, DataTypes.LongType, "int8");
  }

  private static Optional<ReadColumn> extreme(String name, ReadColumn column) {
    return column.type() instanceof BooleanType
        ? Optional.empty()
        : column.order().map(sql -> derived(column, name + "(" + sql + ")"));
  }

  private static Optional<ReadColumn> sum(ReadColumn column) {
    String sql = "SUM(" + column.quoted() + ")";
    if (column.type() instanceof ShortType || column.type() instanceof IntegerType) {
      return Optional.of(result(sql, DataTypes.LongType, "int8"));
    } else if (column.type() instanceof DecimalType decimal
        && column.equal().filter(column.quoted()::equals).isPresent()
        && decimal.precision() + SUM_DIGITS <= DecimalType.MAX_PRECISION()) {
      DataType type =
          DataTypes.createDecimalType(decimal.precision() + SUM_DIGITS, decimal.scale());
      return Optional.of(result(sql, type, "numeric"));
    }
    return Optional.empty();
  }

  /** An expression over a column that has values of its type. */
  private static ReadColumn derived(ReadColumn column, String sql) {
    String wire = column.type() instanceof StringType ? "text" : column.field().wire();
    return result(sql, column.type(), wire);
  }

  private static ReadColumn result(String sql, DataType type, String wire) {
    return ReadColumn.incomparable(new ReadColumn.Field(sql, type, wire), sql);
  }
}
