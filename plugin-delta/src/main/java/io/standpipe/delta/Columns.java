package io.standpipe.delta;

import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Compares columns by name; Delta does not distinguish upper and lower case. */
final class Columns {
  private Columns() {}

  /** The names of the columns, as a set that ignores case. */
  static Set<String> of(StructType schema) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(Arrays.asList(schema.fieldNames()));
    return names;
  }

  /** Refuses rows with columns that the table lacks, unless it may get them. */
  static void requireNoNew(
      OpenTable table, StructType rows, SchemaEvolution evolution, TableAddress address) {
    List<String> fresh = missing(List.of(rows.fieldNames()), table.schema());
    if (evolution == SchemaEvolution.NONE && !fresh.isEmpty()) {
      throw new Problem.Refusal(
          "cannot write to "
              + address.label()
              + ": the rows have columns that it lacks: "
              + fresh
              + "; it has "
              + Arrays.toString(table.schema().fieldNames()),
          "Drop them from the rows, or set schemaEvolution to addColumns.");
    }
    StructField[] added =
        Arrays.stream(rows.fields())
            .filter(column -> fresh.contains(column.name()))
            .toArray(StructField[]::new);
    requireStorable(new StructType(added), address);
  }

  /**
   * Refuses columns that a table cannot get: Delta drops one without a type without a word, and
   * does not name one of intervals.
   */
  static void requireStorable(StructType columns, TableAddress address) {
    for (StructField column : columns.fields()) {
      if (!storable(column.dataType())) {
        throw new Problem.Refusal(
            "cannot write column '"
                + column.name()
                + "' of type "
                + column.dataType().catalogString()
                + " to "
                + address.label()
                + ": Delta has no such type",
            "Cast it to another type, or leave it out.");
      }
    }
  }

  private static boolean storable(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields()).allMatch(field -> storable(field.dataType()));
    } else if (type instanceof ArrayType array) {
      return storable(array.elementType());
    } else if (type instanceof MapType map) {
      return storable(map.keyType()) && storable(map.valueType());
    }
    return !(type instanceof NullType
        || type instanceof CalendarIntervalType
        || type instanceof DayTimeIntervalType
        || type instanceof YearMonthIntervalType);
  }

  /**
   * Refuses key columns that are not there.
   *
   * @param owner whose columns they are, for example {@code the rows}
   */
  static void requireKeys(Collection<String> keys, StructType schema, String owner) {
    List<String> absent = missing(keys, schema);
    if (!absent.isEmpty()) {
      throw new Problem.Refusal(
          owner
              + " has no key columns "
              + absent
              + "; its columns are "
              + Arrays.toString(schema.fieldNames()),
          "Correct the keys of the write.");
    }
  }

  private static List<String> missing(Collection<String> names, StructType schema) {
    Set<String> present = of(schema);
    return names.stream().filter(name -> !present.contains(name)).toList();
  }
}
