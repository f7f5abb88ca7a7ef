package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Matches the columns of rows with those of a table by name, and refuses what does not fit. */
record ColumnMatch(Dialect dialect, Map<String, String> columnTypes) {

  /** The columns of a table that is to be created. */
  List<StageColumn> creating(StructType rows) {
    for (String column : columnTypes.keySet()) {
      if (find(column, List.of(rows.fieldNames())).isEmpty()) {
        throw new ConnectorException(
            "'columnTypes' names the column '" + column + "', which the rows do not have",
            Suggestion.of(column, List.of(rows.fieldNames())));
      }
    }
    List<StageColumn> columns = new ArrayList<>();
    for (StructField field : rows.fields()) {
      columns.add(created(field));
    }
    refuseDuplicates(columns);
    return columns;
  }

  /** The columns of rows for a table that is there. */
  List<StageColumn> matching(
      StructType rows, TableId table, List<ColumnInfo> known, SchemaEvolution evolution) {
    List<String> names = known.stream().map(ColumnInfo::name).toList();
    List<StageColumn> columns = new ArrayList<>();
    for (StructField field : rows.fields()) {
      Optional<ColumnInfo> target =
          find(field.name(), names)
              .flatMap(name -> known.stream().filter(c -> c.name().equals(name)).findFirst());
      if (target.isPresent()) {
        columns.add(matched(field, table, target.get()));
      } else if (evolution == SchemaEvolution.ADD_COLUMNS) {
        columns.add(created(field));
      } else {
        throw new ConnectorException(
            "table '" + table + "' has no column '" + field.name() + "'",
            Suggestion.of(field.name(), names)
                + " To add new columns to the table, set schemaEvolution to addColumns.");
      }
    }
    refuseDuplicates(columns);
    return columns;
  }

  /** Refuses rows that lack a column without which the table takes no row. */
  static void requireComplete(TableId table, List<ColumnInfo> known, List<StageColumn> columns) {
    Set<String> present = new HashSet<>();
    columns.forEach(column -> present.add(column.target()));
    List<String> missing =
        known.stream()
            .filter(column -> column.presence() == ColumnInfo.Presence.REQUIRED)
            .map(ColumnInfo::name)
            .filter(name -> !present.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new ConnectorException(
          "the rows lack "
              + String.join(", ", missing)
              + ", which table '"
              + table
              + "' declares NOT NULL without a default",
          "Add the column to the rows, or give it a default in the table.");
    }
  }

  /** The table's spelling of columns named by a person, for example of keys. */
  static List<String> resolve(String what, List<String> wanted, List<String> known) {
    return wanted.stream()
        .map(
            name ->
                find(name, known)
                    .orElseThrow(
                        () ->
                            new ConnectorException(
                                what + " '" + name + "' is not a column",
                                Suggestion.of(name, known))))
        .toList();
  }

  /** The name in its exact spelling, else the only one in other case, as Spark does. */
  static Optional<String> find(String name, List<String> known) {
    if (known.contains(name)) {
      return Optional.of(name);
    }
    List<String> similar = known.stream().filter(name::equalsIgnoreCase).toList();
    return similar.size() == 1 ? Optional.of(similar.get(0)) : Optional.empty();
  }

  private StageColumn created(StructField field) {
    Optional<String> declared =
        columnTypes.entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(field.name()))
            .map(Map.Entry::getValue)
            .findFirst();
    Optional<String> natural = dialect.typeFor(field.dataType());
    if (natural.isEmpty()) {
      throw unsupported(field);
    }
    return new StageColumn(
        field.name(),
        field.name(),
        field.dataType(),
        declared.or(() -> natural),
        field.nullable() ? StageColumn.Nullability.NULLABLE : StageColumn.Nullability.NOT_NULL);
  }

  private StageColumn matched(StructField field, TableId table, ColumnInfo target) {
    if (dialect.typeFor(field.dataType()).isEmpty()) {
      throw unsupported(field);
    }
    DataType wire =
        Conversion.to(field.dataType(), target).orElseThrow(() -> unfit(field, table, target));
    return new StageColumn(
        field.name(),
        target.name(),
        wire,
        Optional.empty(),
        StageColumn.Nullability.NULLABLE,
        Conversion.cutsSeconds(wire, target) ? target.size().scale() : Conversion.MICROSECONDS);
  }

  private static ConnectorException unfit(StructField field, TableId table, ColumnInfo target) {
    Optional<DataType> rounded = Conversion.rounded(field.dataType(), target);
    return new ConnectorException(
        "column '"
            + field.name()
            + "' is "
            + field.dataType().simpleString()
            + " in the rows, but "
            + target.shownType()
            + " in table '"
            + table
            + "'"
            + (rounded.isPresent() ? ", which can lose digits" : ""),
        rounded.isPresent()
            ? "To let it be rounded, write CAST("
                + field.name()
                + " AS "
                + rounded.get().sql()
                + ") in the pipeline."
            : "Cast it in the pipeline to a type that fits.");
  }

  private ConnectorException unsupported(StructField field) {
    String remedy =
        field.dataType().equals(DataTypes.NullType)
            ? "Cast it to the type that it should have."
            : "Leave it out, or store it as text, for example by to_json.";
    return new ConnectorException(
        "column '"
            + field.name()
            + "' has the type "
            + field.dataType().simpleString()
            + ", which cannot be stored in "
            + dialect,
        remedy);
  }

  private static void refuseDuplicates(List<StageColumn> columns) {
    Set<String> seen = new HashSet<>();
    for (StageColumn column : columns) {
      if (!seen.add(column.target())) {
        throw new ConnectorException(
            "the rows have more than one column for '" + column.target() + "'",
            "Rename or drop one of them.");
      } else if (column.target().equals(Staging.ATTEMPT)) {
        throw new ConnectorException(
            "the column name '" + Staging.ATTEMPT + "' is reserved", "Rename the column.");
      }
    }
  }
}
