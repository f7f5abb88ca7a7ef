package io.standpipe.dynamodb;

import io.standpipe.dynamodb.TableInfo.Key;
import io.standpipe.dynamodb.TableInfo.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Which way leads to the items that a read wants: the table or one of its indexes.
 *
 * @param consistent whether the read must see all writes that were answered before
 */
record AccessPath(DynamoDbConfig config, TableInfo table, Filters filters, boolean consistent) {
  private static final List<String> SORT_OPERATORS =
      List.of("=", "STARTS_WITH", ">=", ">", "<=", "<");

  /**
   * The way of a scan: the configured index, or the table.
   *
   * @throws Refusal if there is no such index, or it cannot be read consistently
   */
  Path scan() {
    if (config.index().isEmpty()) {
      return table.primary();
    }
    String name = config.index().get();
    Path path =
        table.paths().stream()
            .skip(1)
            .filter(index -> index.index().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new Refusal(
                        "cannot read " + config.label() + ": it has no index '" + name + "'",
                        "Set 'index' to one of " + table.indexNames() + ", or remove it."));
    if (path.global() && consistent) {
      throw new Refusal(
          "cannot read the global index '" + name + "' of " + config.label() + " consistently",
          "Remove consistentRead or index.");
    }
    return path;
  }

  /**
   * The way of a query: one whose partition key is bound, and if possible its sort key, too. Empty
   * if there is none. An index that is not configured must have all the items that the read can
   * want, with all their attributes, and not lag behind a consistent read.
   */
  Optional<Path> query(List<Predicate> predicates) {
    List<Path> candidates =
        config.index().isPresent()
            ? List.of(scan())
            : table.paths().stream().filter(path -> isSafe(path, predicates)).toList();
    return candidates.stream()
        .filter(path -> partitionPredicate(path, predicates).isPresent())
        // The first of those that are equal, which is the table.
        .min(Comparator.comparing(path -> !bindsSortKey(path, predicates)));
  }

  private boolean isSafe(Path path, List<Predicate> predicates) {
    return path.index().isEmpty()
        || (path.wholeItems()
            && !(path.global() && consistent)
            && path.keys().stream()
                .allMatch(
                    key ->
                        table.primary().isKey(key.name())
                            || predicates.stream().anyMatch(it -> requires(it, key.name()))));
  }

  /** Whether the predicate is true only for items that have the attribute. */
  private boolean requires(Predicate predicate, String attribute) {
    return filters.notNull(predicate).filter(attribute::equals).isPresent()
        || filters.values(predicate, attribute).isPresent()
        || filters
            .comparison(predicate)
            .map(Filters.Comparison::column)
            .filter(attribute::equals)
            .isPresent();
  }

  /** The predicate that binds the partition key by {@code =} or IN. */
  Optional<Predicate> partitionPredicate(Path path, List<Predicate> predicates) {
    Key key = path.partitionKey();
    return predicates.stream()
        .filter(
            predicate ->
                filters
                    .values(predicate, key.name())
                    .filter(values -> values.stream().allMatch(value -> isOf(key, value)))
                    .isPresent())
        .findFirst();
  }

  private boolean bindsSortKey(Path path, List<Predicate> predicates) {
    return path.sortKey()
        .filter(
            key ->
                SORT_OPERATORS.stream()
                    .anyMatch(operator -> sortPredicate(key, predicates, operator).isPresent()))
        .isPresent();
  }

  /** The predicate that compares the sort key so. */
  Optional<Predicate> sortPredicate(Key key, List<Predicate> predicates, String operator) {
    return predicates.stream()
        .filter(
            predicate ->
                filters
                    .comparison(predicate)
                    .filter(comparison -> comparison.column().equals(key.name()))
                    .filter(comparison -> comparison.operator().equals(operator))
                    .filter(comparison -> isOf(key, comparison.value()))
                    .filter(comparison -> notEmpty(comparison.value()))
                    .isPresent())
        .findFirst();
  }

  /** The first of the predicates on the sort key that DynamoDB takes. */
  Optional<Predicate> anySortPredicate(Key key, List<Predicate> predicates) {
    return SORT_OPERATORS.stream()
        .flatMap(operator -> sortPredicate(key, predicates, operator).stream())
        .findFirst();
  }

  private static boolean isOf(Key key, AttributeValue value) {
    return value.type().toString().equals(key.type());
  }

  /** No key is empty, and DynamoDB refuses to look for one. */
  static boolean notEmpty(AttributeValue value) {
    return switch (value.type()) {
      case S -> !value.s().isEmpty();
      case B -> value.b().asByteArrayUnsafe().length > 0;
      default -> true;
    };
  }
}
