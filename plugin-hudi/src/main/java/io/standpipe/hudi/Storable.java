package io.standpipe.hudi;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Which columns a table can have: Hudi writes most of them by way of Avro. */
final class Storable {
  private static final String AVRO_NAME = "[A-Za-z_][A-Za-z0-9_]*";
  private static final String OWN_COLUMN = "_hoodie_";

  private Storable() {}

  /** Why a column cannot be stored. */
  record Problem(String what, String remedy) {}

  /** Why a column cannot be stored, if it cannot. */
  static Optional<Problem> problem(StructField field) {
    return problem("", field);
  }

  private static Optional<Problem> problem(String parent, StructField field) {
    String name = parent + field.name();
    if (!field.name().matches(AVRO_NAME) || field.name().startsWith(OWN_COLUMN)) {
      return Optional.of(
          new Problem(
              "column '" + name + "' cannot have this name",
              "Rename it: letters, digits and '_' without accents, not starting with a digit or"
                  + " _hoodie_."));
    }
    return problem(name, field.dataType());
  }

  private static Optional<Problem> problem(String name, DataType type) {
    if (type instanceof StructType struct) {
      return Stream.of(struct.fields()).flatMap(f -> problem(name + ".", f).stream()).findFirst();
    } else if (type instanceof ArrayType array) {
      return problem(name, array.elementType());
    } else if (type instanceof MapType map && map.keyType() instanceof StringType) {
      return problem(name, map.valueType());
    }
    return atomic(type)
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "column '" + name + "' has type " + type.sql() + ", which Hudi cannot store",
                "Cast it, or drop it."));
  }

  private static boolean atomic(DataType type) {
    return type instanceof StringType
        || type instanceof NumericType && !(type instanceof AnsiIntervalType)
        || type instanceof BooleanType
        || type instanceof BinaryType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  /**
   * Whether a column may be part of the key or the partition: Hudi turns it into text, which for
   * other types depends on the operation that writes it.
   */
  static boolean identifies(DataType type) {
    return type instanceof StringType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof NumericType
            && !type.typeName().equals("float")
            && !type.typeName().equals("double");
  }
}
