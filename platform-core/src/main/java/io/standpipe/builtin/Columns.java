package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Fits the columns of rows to those of what they are written to: by name, whatever the case. */
final class Columns {

  private Columns() {}

  /** The names of the rows' columns that the target does not have. */
  static List<String> unknown(Dataset<Row> rows, StructType target) {
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    known.addAll(List.of(target.fieldNames()));
    return List.of(rows.schema().fieldNames()).stream()
        .filter(name -> !known.contains(name))
        .toList();
  }

  /**
   * The rows with the target's columns in its order. A column that the rows lack is NULL.
   *
   * @param where the target, for messages
   * @throws ConnectorException if the rows have a column that the target lacks, or if a type does
   *     not fit without loss
   */
  static Dataset<Row> fit(Dataset<Row> rows, StructType target, String where) {
    List<String> unknown = unknown(rows, target);
    if (!unknown.isEmpty()) {
      throw new ConnectorException(
          "cannot write to "
              + where
              + ": it has no column "
              + unknown.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ")),
          "Its columns are "
              + String.join(", ", target.fieldNames())
              + ". Select them, or allow new columns with schemaEvolution.");
    }
    Map<String, StructField> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (StructField field : rows.schema().fields()) {
      if (given.put(field.name(), field) != null) {
        throw new ConnectorException(
            "cannot write to " + where + ": the rows have two columns '" + field.name() + "'",
            "Rename or drop one of them.");
      }
    }
    List<Column> columns = new ArrayList<>();
    for (StructField field : target.fields()) {
      columns.add(column(given.get(field.name()), field, where));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * The rows with columns of these names in this order, types as they are. A column that the rows
   * lack is NULL.
   *
   * @throws ConnectorException as {@link #fit}
   */
  static Dataset<Row> order(Dataset<Row> rows, List<String> names, String where) {
    Map<String, DataType> types = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (StructField field : rows.schema().fields()) {
      types.put(field.name(), field.dataType());
    }
    StructType target = new StructType();
    for (String name : names) {
      target = target.add(name, types.getOrDefault(name, DataTypes.StringType));
    }
    return fit(rows, target, where);
  }

  private static Column column(StructField given, StructField target, String where) {
    if (given == null) {
      if (!target.nullable()) {
        throw new ConnectorException(
            "cannot write to " + where + ": the rows lack column '" + target.name() + "'",
            "Add the column; it must not be NULL.");
      }
      return functions.lit(null).cast(target.dataType()).as(target.name());
    }
    Column column = Identifiers.column(given.name());
    if (sameType(given.dataType(), target.dataType())) {
      return column.as(target.name());
    }
    if (!Cast.canUpCast(given.dataType(), target.dataType())) {
      throw new ConnectorException(
          "cannot write to "
              + where
              + ": column '"
              + target.name()
              + "' is "
              + target.dataType().catalogString()
              + " there, but "
              + given.dataType().catalogString()
              + " in the rows",
          "Cast the column, for example CAST("
              + target.name()
              + " AS "
              + target.dataType().sql()
              + ").");
    }
    return column.cast(target.dataType()).as(target.name());
  }

  /** Whether two types are one, whatever is nullable within them. */
  private static boolean sameType(DataType one, DataType other) {
    return one.catalogString().equalsIgnoreCase(other.catalogString());
  }
}
