package io.standpipe.dynamodb;

import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Which DynamoDB type a Spark type is stored as. */
final class Kinds {
  private Kinds() {}

  /** The type that values of a Spark type are stored as; empty if they cannot be. */
  static Optional<String> stored(DataType type) {
    if (type instanceof StringType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType) {
      return Optional.of("S");
    } else if (isNumber(type)) {
      return Optional.of("N");
    } else if (type instanceof BinaryType) {
      return Optional.of("B");
    } else if (type instanceof BooleanType) {
      return Optional.of("BOOL");
    } else if (type instanceof ArrayType array) {
      return stored(array.elementType()).map(element -> "L");
    } else if (type instanceof MapType map) {
      return map.keyType() instanceof StringType
          ? stored(map.valueType()).map(value -> "M")
          : Optional.empty();
    } else if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        if (stored(field.dataType()).isEmpty()) {
          return Optional.empty();
        }
      }
      return Optional.of("M");
    }
    return Optional.empty();
  }

  /**
   * The type by which DynamoDB compares values exactly as Spark does; empty if it does not.
   * DynamoDB compares numbers by all their digits, where Spark's floating point numbers are
   * rounded; dates and times are text to it, in more than one notation.
   */
  static Optional<String> comparable(DataType type) {
    boolean exact =
        type instanceof StringType
            || type instanceof IntegralType
            || type instanceof DecimalType
            || type instanceof BinaryType
            || type instanceof BooleanType;
    return exact ? stored(type) : Optional.empty();
  }

  private static boolean isNumber(DataType type) {
    return type instanceof IntegralType
        || type instanceof DecimalType
        || type instanceof DoubleType
        || type instanceof FloatType;
  }

  /**
   * Refuses a schema with a type that has no place in DynamoDB.
   *
   * @throws Refusal naming column and type
   */
  static void requireStorable(String label, StructType schema) {
    for (StructField field : schema.fields()) {
      if (stored(field.dataType()).isEmpty()) {
        throw new Refusal(
            "column '"
                + field.name()
                + "' of "
                + label
                + " has the type "
                + field.dataType().simpleString()
                + ", which DynamoDB cannot hold",
            "Cast it, for example to STRING; keys of maps are STRING.");
      }
    }
  }
}
