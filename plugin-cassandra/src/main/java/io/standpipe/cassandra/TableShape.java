package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.metadata.schema.ColumnMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.RelationMetadata;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.TupleType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The columns of a table by name.
 *
 * @param label the table for messages
 * @param id by which all clusters tell their tables apart
 * @param types the types of all columns by name
 * @param partitionKey the columns of the partition key
 * @param primaryKey the columns of the primary key, those of the partition key first
 */
record TableShape(
    String label,
    Optional<UUID> id,
    Map<String, DataType> types,
    List<String> partitionKey,
    List<String> primaryKey) {

  /**
   * The shape of a table or view.
   *
   * @throws Problem.Refusal if a column has a type that cannot be read or written
   */
  static TableShape of(String label, RelationMetadata table) {
    for (ColumnMetadata column : table.getColumns().values()) {
      CqlTypes.unsupportedIn(column.getType())
          .ifPresent(
              type -> {
                throw new Problem.Refusal(
                    "cannot use "
                        + label
                        + ": its column '"
                        + name(column)
                        + "' has the type "
                        + column.getType().asCql(true, true)
                        + ", and "
                        + type
                        + " is not supported",
                    "Use a materialized view or a table without that column.");
              });
    }
    return new TableShape(
        label,
        table.getId(),
        types(table),
        table.getPartitionKey().stream().map(TableShape::name).toList(),
        table.getPrimaryKey().stream().map(TableShape::name).toList());
  }

  private static Map<String, DataType> types(RelationMetadata table) {
    Map<String, DataType> types = new LinkedHashMap<>();
    table.getColumns().values().forEach(column -> types.put(name(column), column.getType()));
    return Collections.unmodifiableMap(types);
  }

  /** The names of all columns. */
  List<String> columns() {
    return List.copyOf(types.keySet());
  }

  /** The columns of a tuple type. */
  List<String> tuples() {
    return columns().stream().filter(column -> types.get(column) instanceof TupleType).toList();
  }

  /** Whether there are counters, to which a write adds. */
  boolean counts() {
    return types.containsValue(DataTypes.COUNTER);
  }

  /**
   * Refuses a table whose rows cannot be found by what Spark knows of their partition key:
   * Cassandra tells 1.5 and 1.50 apart there, and Spark reads both with the same digits.
   *
   * @param action for messages, for example {@code delete from}
   */
  void requireExactPartitionKey(String action) {
    partitionKey.stream()
        .filter(column -> CqlTypes.hasDecimal(types.get(column)))
        .findFirst()
        .ifPresent(
            column -> {
              throw new Problem.Refusal(
                  "cannot "
                      + action
                      + " "
                      + label
                      + ": column '"
                      + column
                      + "' of its partition key is "
                      + types.get(column).asCql(false, true)
                      + ", by which 1.5 and 1.50 are different rows to Cassandra, and the same to"
                      + " Spark",
                  "Use a table with another partition key, for example text or varint.");
            });
  }

  /**
   * Refuses a table of counters: a write adds to them, and repeated adds twice. Only an append that
   * nobody repeats can do that.
   */
  static void requireNoCounters(String label, RelationMetadata table) {
    counter(table)
        .ifPresent(
            column -> {
              throw new Problem.Refusal(
                  "cannot write to "
                      + label
                      + ": its column '"
                      + name(column)
                      + "' is a counter, and a repeated write would count twice",
                  "Use mode append without the option commitTable, which adds to the counters.");
            });
  }

  private static Optional<ColumnMetadata> counter(RelationMetadata table) {
    return table.getColumns().values().stream()
        .filter(column -> column.getType().equals(DataTypes.COUNTER))
        .findFirst();
  }

  private static String name(ColumnMetadata column) {
    return column.getName().asInternal();
  }

  /**
   * The table's column of this name in any case; an exact one first, else it must be unambiguous.
   */
  Optional<String> find(String name) {
    if (types.containsKey(name)) {
      return Optional.of(name);
    }
    List<String> similar = columns().stream().filter(name::equalsIgnoreCase).toList();
    return similar.size() == 1 ? Optional.of(similar.get(0)) : Optional.empty();
  }

  /**
   * The columns of the table that are meant by these names.
   *
   * @param action for messages, for example {@code delete from}
   */
  List<String> resolve(String action, List<String> names) {
    List<String> absent = names.stream().filter(name -> find(name).isEmpty()).toList();
    if (!absent.isEmpty()) {
      throw new Problem.Refusal(
          "cannot "
              + action
              + " "
              + label
              + ": it has no columns "
              + absent
              + "; it has "
              + columns(),
          "Correct the keys or the columns of the rows.");
    }
    return names.stream().map(name -> find(name).orElseThrow()).toList();
  }

  /** Whether these columns select rows of one partition: a prefix of the primary key. */
  boolean isKeyPrefix(List<String> names) {
    return names.size() >= partitionKey.size()
        && names.size() <= primaryKey.size()
        && names.containsAll(primaryKey.subList(0, names.size()));
  }

  /** The columns of the primary key that are not among these. */
  List<String> missingKeys(List<String> names) {
    List<String> missing = new ArrayList<>(primaryKey);
    missing.removeAll(names);
    return missing;
  }
}
