package io.standpipe.jdbc;

import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Which Spark types may go into which columns. What would silently lose something may not. */
final class Conversion {
  private static final Set<Family> NUMBERS =
      Set.of(Family.INTEGER, Family.DECIMAL, Family.FLOATING);
  private static final Set<Family> FRACTIONS = Set.of(Family.DECIMAL, Family.FLOATING);

  private Conversion() {}

  /** The type to convert to in Spark so that the column takes the value; empty if there is none. */
  static Optional<DataType> to(DataType from, Family column) {
    if (from instanceof BinaryType || from instanceof ArrayType) {
      Family own = from instanceof BinaryType ? Family.BINARY : Family.ARRAY;
      return column == own ? Optional.of(from) : Optional.empty();
    } else if (column == Family.TEXT) {
      return Optional.of(DataTypes.StringType);
    } else if (from instanceof StringType) {
      return column == Family.OTHER ? Optional.of(from) : Optional.empty();
    } else if (from instanceof BooleanType) {
      return column == Family.BOOLEAN ? Optional.of(from) : Optional.empty();
    } else if (from instanceof NumericType) {
      return (isWhole(from) ? NUMBERS : FRACTIONS).contains(column)
          ? Optional.of(from)
          : Optional.empty();
    }
    return isTime(from) ? time(from, column) : Optional.empty();
  }

  private static Optional<DataType> time(DataType from, Family column) {
    return switch (column) {
      case DATE -> from instanceof DateType ? Optional.of(from) : Optional.empty();
      case TIMESTAMP -> Optional.of(DataTypes.TimestampNTZType);
      case TIMESTAMP_WITH_ZONE -> Optional.of(DataTypes.TimestampType);
      default -> Optional.empty();
    };
  }

  private static boolean isTime(DataType type) {
    return type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  private static boolean isWhole(DataType type) {
    return type instanceof DecimalType decimal
        ? decimal.scale() <= 0
        : !type.equals(DataTypes.FloatType) && !type.equals(DataTypes.DoubleType);
  }
}
