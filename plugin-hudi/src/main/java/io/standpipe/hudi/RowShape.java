package io.standpipe.hudi;

import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.KnownNullable;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Brings rows to the shape of a table: its columns in its order, by name whatever the case, with
 * its types. Hudi itself would store a number as text without a word. All columns can be NULL, so
 * that a table does not depend on what Spark happened to know about the rows of its first write.
 */
final class RowShape {
  private final String label;

  RowShape(TableAddress address) {
    this.label = address.label();
  }

  /** Whether rows may lack columns of the table. */
  enum Missing {
    /** They are NULL. */
    AS_NULL,
    /** Refuse: they would replace values by NULL. */
    REFUSED
  }

  /** The rows of a table that is created. */
  Dataset<Row> first(Dataset<Row> rows) {
    return fit(rows, new StructType(), SchemaEvolution.ADD_COLUMNS, Missing.AS_NULL);
  }

  /** The rows, shaped as a table with these columns. */
  Dataset<Row> fit(
      Dataset<Row> rows, StructType table, SchemaEvolution evolution, Missing missing) {
    Map<String, StructField> fresh = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Arrays.stream(rows.schema().fields()).forEach(field -> fresh.put(field.name(), field));
    List<Column> columns = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (StructField column : table.fields()) {
      StructField given = fresh.remove(column.name());
      if (given == null) {
        absent.add(column.name());
        columns.add(functions.lit(null).cast(column.dataType()).as(column.name()));
      } else {
        columns.add(converted(given, column));
      }
    }
    if (missing == Missing.REFUSED && !absent.isEmpty()) {
      throw refusal(
          "the rows lack columns that it has: " + absent,
          "Add them: an upsert replaces whole rows.");
    }
    List<StructField> added =
        Arrays.stream(rows.schema().fields()).filter(f -> fresh.containsKey(f.name())).toList();
    requireMayAdd(added, table, evolution);
    added.forEach(field -> columns.add(nullable(field.name(), field.dataType(), field.name())));
    return rows.select(columns.toArray(Column[]::new));
  }

  private Column converted(StructField given, StructField column) {
    if (!Cast.canUpCast(given.dataType(), column.dataType())) {
      throw refusal(
          "column '"
              + column.name()
              + "' is "
              + column.dataType().sql()
              + ", but that of the rows is "
              + given.dataType().sql(),
          "Cast it.");
    }
    return nullable(given.name(), column.dataType(), column.name());
  }

  private static Column nullable(String name, DataType type, String target) {
    Column column = Identifiers.column(name).cast(type.asNullable());
    return new Column(new KnownNullable(column.expr())).as(target);
  }

  private void requireMayAdd(List<StructField> added, StructType table, SchemaEvolution evolution) {
    if (!added.isEmpty() && evolution == SchemaEvolution.NONE) {
      throw refusal(
          "the rows have columns that it lacks: "
              + added.stream().map(StructField::name).toList()
              + "; it has "
              + Arrays.toString(table.fieldNames()),
          "Drop them from the rows, or set schemaEvolution to addColumns.");
    }
    for (StructField field : added) {
      Storable.problem(field)
          .ifPresent(
              problem -> {
                throw refusal(problem.what(), problem.remedy());
              });
    }
  }

  /**
   * Refuses columns that are not there.
   *
   * @param role what they are, for example {@code key}
   * @param owner whose columns they are, for example {@code the rows}
   */
  static void requireColumns(
      String role, Collection<String> names, StructType schema, String owner) {
    Set<String> present = caseless(List.of(schema.fieldNames()));
    List<String> absent = names.stream().filter(name -> !present.contains(name)).toList();
    if (!absent.isEmpty()) {
      throw new Problem.Refusal(
          owner
              + " has no "
              + role
              + " columns "
              + absent
              + "; its columns are "
              + Arrays.toString(schema.fieldNames()),
          "Correct the names, whatever the case.");
    }
  }

  /** The names as a set that ignores case. */
  static Set<String> caseless(Collection<String> names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(names);
    return set;
  }

  /** The names as the schema spells them. */
  static List<String> spelled(Collection<String> names, StructType schema) {
    Set<String> wanted = caseless(names);
    return Arrays.stream(schema.fieldNames()).filter(wanted::contains).toList();
  }

  private Problem.Refusal refusal(String problem, String remedy) {
    return new Problem.Refusal("cannot write to " + label + ": " + problem, remedy);
  }

  /** The table's columns, if it has any yet. */
  static StructType columns(Optional<OpenTable> table) {
    return table.flatMap(OpenTable::schema).orElseGet(StructType::new);
  }
}
