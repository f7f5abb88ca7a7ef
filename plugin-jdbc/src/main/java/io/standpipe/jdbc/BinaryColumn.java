package io.standpipe.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/**
 * How a field of PostgreSQL's binary COPY format becomes a value of a column of Spark's: straight
 * from one to the other, without an object in between. The value is not NULL.
 */
@FunctionalInterface
interface BinaryColumn {

  /**
   * Puts the field that is at this place of the bytes into a row of the column.
   *
   * @throws UnreadableValueException if the column cannot hold it
   */
  void read(byte[] bytes, int offset, int length, WritableColumnVector out, int row)
      throws SQLException;

  /**
   * The way of a field into a column.
   *
   * @param wire the name of the binary form: a base type of PostgreSQL, {@code text} for all that
   *     is sent as a text, an underscore before it for an array
   */
  static BinaryColumn of(String wire, DataType type) {
    if (type instanceof ArrayType array) {
      return array(of(wire.substring(1), array.elementType()));
    }
    return switch (wire) {
      case "bool" -> (bytes, at, length, out, row) -> out.putBoolean(row, bytes[at] != 0);
      case "int2" ->
          (bytes, at, length, out, row) -> out.putShort(row, BinaryFormat.getShort(bytes, at));
      case "int4" ->
          (bytes, at, length, out, row) -> out.putInt(row, BinaryFormat.getInt(bytes, at));
      case "int8" ->
          (bytes, at, length, out, row) -> out.putLong(row, BinaryFormat.getLong(bytes, at));
      case "oid" ->
          (bytes, at, length, out, row) ->
              out.putLong(row, Integer.toUnsignedLong(BinaryFormat.getInt(bytes, at)));
      case "float4" ->
          (bytes, at, length, out, row) ->
              out.putFloat(row, Float.intBitsToFloat(BinaryFormat.getInt(bytes, at)));
      case "float8" ->
          (bytes, at, length, out, row) ->
              out.putDouble(row, Double.longBitsToDouble(BinaryFormat.getLong(bytes, at)));
      case "numeric" -> numeric((DecimalType) type);
      case "text", "bytea" ->
          (bytes, at, length, out, row) -> out.putByteArray(row, bytes, at, length);
      // A byte for the version of the form stands before the text.
      case "jsonb" ->
          (bytes, at, length, out, row) -> out.putByteArray(row, bytes, at + 1, length - 1);
      case "uuid" -> uuid();
      case "date" ->
          (bytes, at, length, out, row) -> out.putInt(row, date(BinaryFormat.getInt(bytes, at)));
      case "timestamp", "timestamptz" ->
          (bytes, at, length, out, row) ->
              out.putLong(row, timestamp(BinaryFormat.getLong(bytes, at)));
      default -> throw new IllegalArgumentException("no binary form " + wire);
    };
  }

  private static int date(int days) throws SQLException {
    if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
      throw new UnreadableValueException(
          (days < 0 ? "-infinity" : "infinity") + ", which a date of Spark cannot be");
    }
    return days + BinaryFormat.EPOCH_DAYS;
  }

  private static long timestamp(long micros) throws SQLException {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      throw new UnreadableValueException(
          (micros < 0 ? "-infinity" : "infinity") + ", which a timestamp of Spark cannot be");
    } else if (micros > Long.MAX_VALUE - BinaryFormat.EPOCH_MICROS) {
      throw new UnreadableValueException("a time that is too late for a timestamp of Spark");
    }
    return micros + BinaryFormat.EPOCH_MICROS;
  }

  private static BinaryColumn numeric(DecimalType type) {
    int precision = type.precision();
    int scale = type.scale();
    return (bytes, at, length, out, row) ->
        BinaryNumeric.read(bytes, at, precision, scale, out, row);
  }

  private static BinaryColumn uuid() {
    byte[] digits = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    byte[] text = new byte[36];
    return (bytes, at, length, out, row) -> {
      int to = 0;
      for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
          text[to++] = '-';
        }
        text[to++] = digits[(bytes[at + i] >> 4) & 15];
        text[to++] = digits[bytes[at + i] & 15];
      }
      out.putByteArray(row, text, 0, text.length);
    };
  }

  /** Three numbers and two for each dimension stand before the elements. */
  private static BinaryColumn array(BinaryColumn element) {
    return (bytes, at, length, out, row) -> {
      int dimensions = BinaryFormat.getInt(bytes, at);
      if (dimensions > 1) {
        throw new UnreadableValueException(
            "an array of " + dimensions + " dimensions, and only one can be read");
      }
      WritableColumnVector elements = out.arrayData();
      int count = dimensions == 0 ? 0 : BinaryFormat.getInt(bytes, at + 12);
      int first = elements.appendNulls(count);
      int position = at + 20;
      for (int i = first; i < first + count; i++) {
        int size = BinaryFormat.getInt(bytes, position);
        position += Integer.BYTES;
        if (size != BinaryFormat.NULL) {
          elements.putNotNull(i);
          element.read(bytes, position, size, elements, i);
          position += size;
        }
      }
      out.putArray(row, first, count);
    };
  }
}
