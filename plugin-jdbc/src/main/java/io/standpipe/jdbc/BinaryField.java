package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * How a column of Spark's internal rows becomes a field of PostgreSQL's binary COPY format:
 * straight from one to the other, without an object in between. The value is not NULL.
 */
@FunctionalInterface
interface BinaryField {
  /** Appends the field with its length before it. */
  void put(BinaryBuffer out, InternalRow row, int index) throws SQLException;

  /**
   * The way from a Spark type to a type of the database.
   *
   * @param name the database's name of the type, as its driver tells it
   * @return empty if only the database itself can convert it, from its text
   */
  static Optional<BinaryField> of(DataType type, String name) {
    return Optional.ofNullable(
        switch (name) {
          case "bool" -> type instanceof BooleanType ? bool() : null;
          case "int2" -> isInteger(type) ? int2(type) : null;
          case "int4" -> isInteger(type) ? int4(type) : null;
          case "int8" -> isInteger(type) ? int8(type) : null;
          case "float4" -> type instanceof FloatType ? float4() : null;
          case "float8" -> type instanceof DoubleType ? float8() : null;
          case "numeric" -> numeric(type);
          case "text", "varchar" -> type instanceof StringType ? text() : null;
          case "bytea" ->
              type instanceof BinaryType ? bytes() : type instanceof StringType ? text() : null;
          case "date" -> type instanceof DateType ? date() : null;
          case "timestamptz" -> type instanceof TimestampType ? timestamp() : null;
          case "timestamp" -> type instanceof TimestampNTZType ? timestamp() : null;
          default -> null;
        });
  }

  private static boolean isInteger(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }

  private static long integer(InternalRow row, int index, DataType type) {
    if (type instanceof LongType) {
      return row.getLong(index);
    } else if (type instanceof IntegerType) {
      return row.getInt(index);
    }
    return type instanceof ShortType ? row.getShort(index) : row.getByte(index);
  }

  private static BinaryField bool() {
    return (out, row, index) -> {
      out.putInt(1);
      out.putByte(row.getBoolean(index) ? 1 : 0);
    };
  }

  private static BinaryField int2(DataType type) {
    return (out, row, index) -> {
      out.putInt(2);
      out.putShort(within(integer(row, index, type), Short.MIN_VALUE, Short.MAX_VALUE, "smallint"));
    };
  }

  private static BinaryField int4(DataType type) {
    return (out, row, index) -> {
      out.putInt(4);
      out.putInt(
          within(integer(row, index, type), Integer.MIN_VALUE, Integer.MAX_VALUE, "integer"));
    };
  }

  private static int within(long value, int least, int most, String type) throws SQLException {
    if (value < least || value > most) {
      throw new SQLException("value \"" + value + "\" is out of range for type " + type, "22003");
    }
    return (int) value;
  }

  private static BinaryField int8(DataType type) {
    return (out, row, index) -> {
      out.putInt(8);
      out.putLong(integer(row, index, type));
    };
  }

  private static BinaryField float4() {
    return (out, row, index) -> {
      out.putInt(4);
      out.putInt(Float.floatToIntBits(row.getFloat(index)));
    };
  }

  private static BinaryField float8() {
    return (out, row, index) -> {
      out.putInt(8);
      out.putLong(Double.doubleToLongBits(row.getDouble(index)));
    };
  }

  private static BinaryField numeric(DataType type) {
    if (type instanceof DecimalType decimal) {
      return (out, row, index) ->
          BinaryNumeric.put(
              out, row.getDecimal(index, decimal.precision(), decimal.scale()).toJavaBigDecimal());
    }
    return isInteger(type)
        ? (out, row, index) -> BinaryNumeric.put(out, BigDecimal.valueOf(integer(row, index, type)))
        : null;
  }

  private static BinaryField text() {
    return (out, row, index) -> sized(out, row.getUTF8String(index).getBytes());
  }

  private static BinaryField bytes() {
    return (out, row, index) -> sized(out, row.getBinary(index));
  }

  private static void sized(BinaryBuffer out, byte[] bytes) {
    out.putInt(bytes.length);
    out.putBytes(bytes);
  }

  private static BinaryField date() {
    return (out, row, index) -> {
      out.putInt(4);
      out.putInt(row.getInt(index) - BinaryFormat.EPOCH_DAYS);
    };
  }

  private static BinaryField timestamp() {
    return (out, row, index) -> {
      out.putInt(8);
      out.putLong(row.getLong(index) - BinaryFormat.EPOCH_MICROS);
    };
  }
}
