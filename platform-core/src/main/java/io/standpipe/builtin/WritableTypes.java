package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import java.util.Locale;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Knows what a format can hold, so that a write that cannot end well does not begin. */
final class WritableTypes {
  private final FileConfig config;

  WritableTypes(FileConfig config) {
    this.config = config;
  }

  /**
   * Checks the columns of a write.
   *
   * @throws ConnectorException that names the first column that the format cannot hold
   */
  void check(StructType schema) {
    for (String column : config.partitionBy()) {
      if (!has(schema, column)) {
        throw new ConnectorException(
            "cannot write: partitionBy names '" + column + "', which the rows do not have",
            "Their columns are " + String.join(", ", schema.fieldNames()) + ".");
      }
    }
    int data = 0;
    for (StructField field : schema.fields()) {
      boolean partition = config.partitionBy().stream().anyMatch(field.name()::equalsIgnoreCase);
      if (!partition) {
        data++;
        check(field.name(), field.name(), field.dataType());
      }
    }
    if (data == 0) {
      throw new ConnectorException(
          "cannot write: every column is in partitionBy",
          "Leave at least one column to the files.");
    }
    if (config.format() == FileFormat.TEXT && data > 1) {
      throw new ConnectorException(
          "cannot write " + data + " columns as text: " + String.join(", ", schema.fieldNames()),
          "Text holds one string column; concatenate them, or use another format.");
    }
  }

  private static boolean has(StructType schema, String column) {
    for (String name : schema.fieldNames()) {
      if (name.equalsIgnoreCase(column)) {
        return true;
      }
    }
    return false;
  }

  private void check(String column, String name, DataType type) {
    if (!holds(type)) {
      throw new ConnectorException(
          "cannot write column '"
              + column
              + "' of type "
              + type.catalogString()
              + " as "
              + config.format().id(),
          remedy(type));
    }
    if (config.format() == FileFormat.AVRO && !name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new ConnectorException(
          "cannot write column '" + column + "' as avro: Avro has no such names",
          "Rename it to letters, digits and _.");
    }
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        check(column + "." + field.name(), field.name(), field.dataType());
      }
    } else if (type instanceof ArrayType array) {
      check(column, name, array.elementType());
    } else if (type instanceof MapType map) {
      check(column, name, map.keyType());
      check(column, name, map.valueType());
    }
  }

  private boolean holds(DataType type) {
    if (type instanceof NullType
        || type instanceof CalendarIntervalType
        || type instanceof UserDefinedType) {
      return false;
    }
    boolean nested =
        type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
    return switch (config.format()) {
      case CSV -> !nested && !(type instanceof BinaryType);
      case TEXT -> type instanceof StringType;
      case JSON, AVRO -> !(type instanceof MapType map) || map.keyType() instanceof StringType;
      case PARQUET, ORC -> true;
    };
  }

  private String remedy(DataType type) {
    if (type instanceof NullType) {
      return "Cast it to a type.";
    }
    if (type instanceof MapType && config.format() != FileFormat.CSV) {
      return "Its keys must be strings there; cast them, or use parquet.";
    }
    return "Cast it to a type that "
        + config.format().id().toUpperCase(Locale.ROOT)
        + " has, or use another format such as parquet.";
  }
}
