package io.standpipe.dynamodb;

import io.standpipe.dynamodb.Filters.Comparison;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Plans a read. If the partition key is bound by {@code =} or IN, it becomes queries, else a
 * segmented scan. Only predicates that DynamoDB evaluates exactly as Spark does are pushed down.
 */
final class TableScanBuilder
    implements SupportsPushDownV2Filters, SupportsPushDownRequiredColumns, SupportsPushDownLimit {
  /** DynamoDB's limit of 300 operators, with room for a key condition. */
  private static final int MOST_OPERATORS = 250;

  private final DynamoDbConfig config;
  private final TableInfo table;
  private final int parallelism;
  private final int tasksAtOnce;
  private final Filters filters;
  private final AccessPath ways;
  private final Placeholders placeholders = new Placeholders();
  private final List<String> pushed = new ArrayList<>();
  private final List<Predicate> pushedPredicates = new ArrayList<>();
  private Optional<List<AttributeValue>> partitionKeys = Optional.empty();
  private String sortCondition = "";
  private TableInfo.Path path;
  private final StructType schema;
  private StructType columns;
  private int limit;

  TableScanBuilder(
      DynamoDbConfig config,
      TableInfo table,
      StructType schema,
      int parallelism,
      int tasksAtOnce,
      boolean consistent) {
    this.config = config;
    this.table = table;
    this.schema = schema;
    this.columns = schema;
    this.parallelism = parallelism;
    this.tasksAtOnce = tasksAtOnce;
    this.filters = new Filters(schema);
    this.ways = new AccessPath(config, table, filters, consistent);
    this.path = ways.scan();
  }

  @Override
  public Predicate[] pushPredicates(Predicate[] predicates) {
    List<Predicate> left = new ArrayList<>(Arrays.asList(predicates));
    ways.query(left)
        .ifPresent(
            found -> {
              path = found;
              takePartitionKey(left);
              path.sortKey().ifPresent(key -> takeSortKey(key, left));
            });
    left.removeIf(this::takeNotNullKey);
    left.removeIf(this::takeFilter);
    return left.toArray(Predicate[]::new);
  }

  @Override
  public Predicate[] pushedPredicates() {
    return pushedPredicates.toArray(Predicate[]::new);
  }

  private void takePartitionKey(List<Predicate> predicates) {
    Predicate predicate = ways.partitionPredicate(path, predicates).orElseThrow();
    List<AttributeValue> values =
        filters.values(predicate, path.partitionKey().name()).orElseThrow();
    partitionKeys = Optional.of(values.stream().filter(AccessPath::notEmpty).toList());
    take(predicates, predicate);
  }

  /** DynamoDB takes one condition on the sort key; both ends of a range are one. */
  private void takeSortKey(TableInfo.Key key, List<Predicate> predicates) {
    Optional<Predicate> low = ways.sortPredicate(key, predicates, ">=");
    Optional<Predicate> high = ways.sortPredicate(key, predicates, "<=");
    if (ways.sortPredicate(key, predicates, "=").isEmpty() && low.isPresent() && high.isPresent()) {
      AttributeValue from = filters.comparison(low.get()).orElseThrow().value();
      AttributeValue to = filters.comparison(high.get()).orElseThrow().value();
      // DynamoDB refuses a range that ends before it starts; then one condition will do.
      if (from.type() == to.type() && ordered(from, to)) {
        sortCondition =
            placeholders.name(key.name())
                + " BETWEEN "
                + placeholders.value(from)
                + " AND "
                + placeholders.value(to);
        take(predicates, low.get());
        take(predicates, high.get());
        return;
      }
    }
    ways.anySortPredicate(key, predicates)
        .ifPresent(
            found -> {
              sortCondition = sortCondition(key, filters.comparison(found).orElseThrow());
              take(predicates, found);
            });
  }

  private static boolean ordered(AttributeValue from, AttributeValue to) {
    return switch (from.type()) {
      case N -> new BigDecimal(from.n()).compareTo(new BigDecimal(to.n())) <= 0;
      case S -> UTF8String.fromString(from.s()).compareTo(UTF8String.fromString(to.s())) <= 0;
      default -> false;
    };
  }

  private void take(List<Predicate> predicates, Predicate taken) {
    predicates.remove(taken);
    pushedPredicates.add(taken);
  }

  private String sortCondition(TableInfo.Key key, Comparison comparison) {
    String name = placeholders.name(key.name());
    String value = placeholders.value(comparison.value());
    return comparison.operator().equals("STARTS_WITH")
        ? "begins_with(" + name + ", " + value + ")"
        : name + " " + comparison.operator() + " " + value;
  }

  private boolean takeNotNullKey(Predicate predicate) {
    boolean key = filters.notNull(predicate).filter(this::isKey).isPresent();
    if (key) {
      pushedPredicates.add(predicate);
    }
    return key;
  }

  private boolean isKey(String attribute) {
    return path.isKey(attribute) || table.primary().isKey(attribute);
  }

  private boolean takeFilter(Predicate predicate) {
    // A query's filter must not name the keys.
    if (partitionKeys.isPresent() && names(predicate).anyMatch(path::isKey)) {
      return false;
    }
    Placeholders attempt = placeholders.copy();
    Optional<String> text = filters.translate(predicate, attempt);
    if (text.isEmpty() || !fits(text.get())) {
      return false;
    }
    pushed.add(filters.translate(predicate, placeholders).orElseThrow());
    pushedPredicates.add(predicate);
    return true;
  }

  private static java.util.stream.Stream<String> names(Predicate predicate) {
    return Arrays.stream(predicate.references()).map((NamedReference name) -> name.fieldNames()[0]);
  }

  private boolean fits(String another) {
    String all = String.join(" AND ", pushed) + " AND " + another;
    long operators =
        all.chars()
            .filter(character -> character == '(' || character == ' ' || character == ',')
            .count();
    return all.length() <= ReadPlan.LONGEST_EXPRESSION && operators <= 2L * MOST_OPERATORS;
  }

  @Override
  public void pruneColumns(StructType required) {
    columns = required;
  }

  @Override
  public boolean pushLimit(int rows) {
    limit = rows;
    return true;
  }

  @Override
  public boolean isPartiallyPushed() {
    return true;
  }

  @Override
  public Scan build() {
    List<Slice> slices = slices();
    ReadPlan plan =
        new ReadPlan(
            Access.of(config),
            table,
            path,
            columns,
            columns.length() == schema.length() && path.wholeItems(),
            String.join(" AND ", pushed),
            sortCondition,
            placeholders,
            ways.consistent() && !path.global(),
            limit,
            Units.ofTask(Units.ofRead(config, path), slices.size(), tasksAtOnce));
    return new TableScan(plan, slices, pushedPredicates);
  }

  private List<Slice> slices() {
    if (partitionKeys.isEmpty()) {
      int segments = config.segments().orElseGet(() -> segments(table.bytes(), parallelism));
      List<Slice> slices = new ArrayList<>();
      for (int i = 0; i < segments; i++) {
        slices.add(Slice.scan(i, segments));
      }
      return slices;
    }
    int tasks = Math.min(partitionKeys.get().size(), config.segments().orElse(parallelism));
    List<List<AttributeValue>> shares = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      shares.add(new ArrayList<>());
    }
    for (int i = 0; i < partitionKeys.get().size(); i++) {
      shares.get(i % tasks).add(partitionKeys.get().get(i));
    }
    return shares.stream().map(Slice::queries).toList();
  }

  /** DynamoDB refreshes a table's size every six hours: 0 bytes may be any size. */
  static int segments(long bytes, int parallelism) {
    if (bytes > 0 && bytes < 4L << 20) {
      return 1;
    }
    return (int) Math.max(parallelism, Math.min(bytes >> 27, 100_000));
  }
}
