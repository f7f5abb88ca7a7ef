package io.standpipe.jdbc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownTopN;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructType;

/**
 * Plans a read: takes from Spark what the database does exactly as Spark would. Aggregates and the
 * first of a sorted result are taken whole or not at all.
 */
final class ReadBuilder
    implements SupportsPushDownV2Filters,
        SupportsPushDownRequiredColumns,
        SupportsPushDownAggregates,
        SupportsPushDownTopN,
        SupportsPushDownLimit {
  private final ReadSource source;
  private final Map<String, ReadColumn> known = new LinkedHashMap<>();
  private final List<Predicate> predicates = new ArrayList<>();
  private final List<String> filters = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private List<ReadColumn> columns;
  private Optional<AggregateSql> aggregates = Optional.empty();
  private OptionalInt limit = OptionalInt.empty();

  ReadBuilder(ReadSource source) {
    this.source = source;
    this.columns = source.columns();
    columns.forEach(column -> known.put(column.name(), column));
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] given) {
    List<Predicate> left = new ArrayList<>();
    for (Predicate predicate : given) {
      Optional<String> sql = new FilterSql(known).of(predicate);
      if (sql.isPresent()) {
        predicates.add(predicate);
        filters.add(sql.get());
      } else {
        left.add(predicate);
      }
    }
    return left.toArray(Predicate[]::new);
  }

  @Override
  public Predicate[] pushedPredicates() {
    return predicates.toArray(Predicate[]::new);
  }

  @Override
  public void pruneColumns(StructType required) {
    columns = Arrays.stream(required.fieldNames()).map(known::get).toList();
  }

  @Override
  public boolean supportCompletePushDown(Aggregation aggregation) {
    return AggregateSql.of(aggregation, known).isPresent();
  }

  @Override
  public boolean pushAggregation(Aggregation aggregation) {
    aggregates = AggregateSql.of(aggregation, known);
    aggregates.ifPresent(found -> columns = found.columns());
    return aggregates.isPresent();
  }

  @Override
  public boolean pushTopN(SortOrder[] orders, int rows) {
    List<String> keys = new ArrayList<>();
    for (SortOrder key : orders) {
      Optional<String> sql =
          key.expression() instanceof NamedReference name && aggregates.isEmpty()
              ? Optional.ofNullable(known.get(name.fieldNames()[0])).flatMap(ReadColumn::order)
              : Optional.empty();
      if (sql.isEmpty()) {
        return false;
      }
      keys.add(source.reading().sorted(sql.get(), key.direction(), key.nullOrdering()));
    }
    order.addAll(keys);
    limit = OptionalInt.of(rows);
    return true;
  }

  @Override
  public boolean pushLimit(int rows) {
    limit = OptionalInt.of(rows);
    return true;
  }

  /** A limit alone is that of each query, and Spark applies it once more. */
  @Override
  public boolean isPartiallyPushed() {
    return !isWhole();
  }

  private boolean isWhole() {
    return aggregates.isPresent() || !order.isEmpty();
  }

  @Override
  public Scan build() {
    return new ReadScan(
        source,
        new ReadQuery(
            source.relation(),
            columns,
            filters,
            aggregates.map(AggregateSql::groups).orElse(List.of()),
            order,
            limit,
            isWhole() ? ReadQuery.Division.WHOLE : ReadQuery.Division.DIVISIBLE));
  }
}
