package io.standpipe.jdbc;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** The values of Spark's internal rows as objects, for drivers that want them. */
final class InternalValues {
  private InternalValues() {}

  /**
   * The values of a row: null, String, Boolean, a boxed number, BigDecimal, LocalDate,
   * LocalDateTime, OffsetDateTime in UTC, byte[], or a List of those.
   */
  static Object[] of(InternalRow row, List<DataType> types) {
    Object[] values = new Object[types.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(row, i, types.get(i));
    }
    return values;
  }

  private static Object of(SpecializedGetters row, int index, DataType type) {
    if (row.isNullAt(index)) {
      return null;
    } else if (type instanceof StringType) {
      return row.getUTF8String(index).toString();
    } else if (type instanceof DateType) {
      return LocalDate.ofEpochDay(row.getInt(index));
    } else if (type instanceof TimestampType) {
      return SqlLiteral.toInstant(row.getLong(index)).atOffset(ZoneOffset.UTC);
    } else if (type instanceof TimestampNTZType) {
      return LocalDateTime.ofInstant(SqlLiteral.toInstant(row.getLong(index)), ZoneOffset.UTC);
    } else if (type instanceof ArrayType array) {
      return list(row.getArray(index), array.elementType());
    }
    Object value = row.get(index, type);
    return value instanceof Decimal decimal ? decimal.toJavaBigDecimal() : value;
  }

  private static List<Object> list(ArrayData array, DataType type) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < array.numElements(); i++) {
      list.add(of(array, i, type));
    }
    return list;
  }
}
