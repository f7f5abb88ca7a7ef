package io.standpipe.jdbc;

import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Which Spark types may go into which columns. What would silently lose something may not. */
final class Conversion {
  /** Decimal digits that a floating number always keeps. */
  private static final int DIGITS_OF_DOUBLE = 15;

  private static final int DIGITS_OF_FLOAT = 6;

  /** Digits of a second that Spark has. */
  static final int MICROSECONDS = 6;

  private Conversion() {}

  /** The type to convert to in Spark so that the column takes the value; empty if there is none. */
  static Optional<DataType> to(DataType from, ColumnInfo column) {
    Family family = column.family();
    if (from instanceof ArrayType array) {
      return family == Family.ARRAY ? toArray(array, column.element()) : Optional.empty();
    } else if (from instanceof BinaryType) {
      return family == Family.BINARY ? Optional.of(from) : Optional.empty();
    } else if (family == Family.TEXT) {
      return Optional.of(DataTypes.StringType);
    } else if (from instanceof StringType) {
      return family == Family.OTHER ? Optional.of(from) : Optional.empty();
    } else if (from instanceof BooleanType) {
      return family == Family.BOOLEAN ? Optional.of(from) : Optional.empty();
    } else if (from instanceof NumericType) {
      return keeps(column, from) ? Optional.of(from) : Optional.empty();
    }
    return isTime(from) ? time(from, family) : Optional.empty();
  }

  /** Nobody looks at the seconds of an array's elements. */
  private static Optional<DataType> toArray(ArrayType from, ColumnInfo element) {
    return to(from.elementType(), element)
        .filter(type -> !cutsSeconds(type, element))
        .map(DataTypes::createArrayType);
  }

  /** Whether the column holds no microseconds of a value that may have them. */
  static boolean cutsSeconds(DataType type, ColumnInfo column) {
    return (type instanceof TimestampType || type instanceof TimestampNTZType)
        && column.size().scale() < MICROSECONDS;
  }

  /**
   * The type that a person may cast to, so that the column takes what is left of the value; empty
   * if there is none.
   */
  static Optional<DataType> rounded(DataType from, ColumnInfo column) {
    if (from instanceof ArrayType array && column.family() == Family.ARRAY) {
      return rounded(array.elementType(), column.element()).map(DataTypes::createArrayType);
    } else if (!(from instanceof NumericType)) {
      return Optional.empty();
    }
    return switch (column.family()) {
      case DECIMAL -> Optional.of(decimal(column.size()));
      case SINGLE -> Optional.of(DataTypes.FloatType);
      case DOUBLE -> Optional.of(DataTypes.DoubleType);
      default -> Optional.empty();
    };
  }

  private static DecimalType decimal(ColumnInfo.Size size) {
    int most = DecimalType.MAX_PRECISION();
    int scale = Math.min(Math.max(size.scale(), 0), most);
    return new DecimalType(Math.min(most, Math.max(size.digits(), scale)), scale);
  }

  /** Whether no digit of a number is lost; one that is too large the database refuses. */
  private static boolean keeps(ColumnInfo column, DataType from) {
    boolean isFloating = from instanceof FloatType || from instanceof DoubleType;
    int scale = from instanceof DecimalType decimal ? decimal.scale() : 0;
    return switch (column.family()) {
      case INTEGER -> !isFloating && scale <= 0;
      case DECIMAL ->
          column.size().digits() == 0 || (!isFloating && scale <= column.size().scale());
      case DOUBLE -> isFloating || digits(from) <= DIGITS_OF_DOUBLE;
      case SINGLE -> isFloating ? from instanceof FloatType : digits(from) <= DIGITS_OF_FLOAT;
      default -> false;
    };
  }

  /** The most digits of a number that is not floating. */
  private static int digits(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal.precision();
    } else if (type instanceof ByteType) {
      return 3;
    } else if (type instanceof ShortType) {
      return 5;
    }
    return type instanceof IntegerType ? 10 : 19;
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
}
