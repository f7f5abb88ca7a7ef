package io.standpipe.dynamodb;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Turns items into Spark's internal rows. */
final class ReadValues {
  private static final int SHOWN = 60;
  private static final long MICROS = TimeUnit.SECONDS.toMicros(1);

  private ReadValues() {}

  /**
   * A row of these columns.
   *
   * @param label the table, for messages
   * @throws BadRow if a value does not fit its column
   */
  static InternalRow row(String label, StructType schema, Map<String, AttributeValue> item) {
    StructField[] fields = schema.fields();
    Object[] values = new Object[fields.length];
    for (int i = 0; i < values.length; i++) {
      StructField field = fields[i];
      AttributeValue value = item.get(RawKeys.attribute(field.name()));
      try {
        values[i] =
            RawKeys.isOne(field.name()) ? RawKeys.value(value) : convert(field.dataType(), value);
      } catch (ArithmeticException | DateTimeException | IllegalArgumentException e) {
        throw new BadRow(
            "column '"
                + field.name()
                + "' of "
                + label
                + " is "
                + field.dataType().simpleString()
                + ", but an item has "
                + shown(value),
            "Correct the type in 'schema', or leave the column out of it.");
      }
    }
    return new GenericInternalRow(values);
  }

  private static String shown(AttributeValue value) {
    String text =
        switch (value.type()) {
          case S -> "'" + value.s() + "'";
          case N -> value.n();
          default -> "";
        };
    return "the "
        + value.type()
        + (text.isEmpty() ? "" : " " + text.substring(0, Math.min(SHOWN, text.length())));
  }

  private static Object convert(DataType type, AttributeValue value) {
    if (value == null || value.type() == AttributeValue.Type.NUL) {
      return null;
    }
    return switch (value.type()) {
      case S -> fromText(type, value.s());
      case N -> fromNumber(type, value.n());
      case B -> as(type instanceof BinaryType, () -> value.b().asByteArray());
      case BOOL -> as(type instanceof BooleanType, value::bool);
      case M -> fromMap(type, value.m());
      case L -> array(type, value.l());
      case SS -> array(type, value.ss().stream().map(AttributeValue::fromS).toList());
      case NS -> array(type, value.ns().stream().map(AttributeValue::fromN).toList());
      case BS -> array(type, value.bs().stream().map(AttributeValue::fromB).toList());
      default -> throw misfit();
    };
  }

  private static Object as(boolean fits, java.util.function.Supplier<Object> value) {
    if (!fits) {
      throw misfit();
    }
    return value.get();
  }

  private static IllegalArgumentException misfit() {
    return new IllegalArgumentException("another type");
  }

  private static Object fromText(DataType type, String text) {
    if (type instanceof StringType) {
      return UTF8String.fromString(text);
    } else if (type instanceof DateType) {
      return Math.toIntExact(LocalDate.parse(text).toEpochDay());
    } else if (type instanceof TimestampType) {
      return micros(OffsetDateTime.parse(text).toInstant());
    } else if (type instanceof TimestampNTZType) {
      return micros(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    }
    throw misfit();
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
  }

  private static Object fromNumber(DataType type, String text) {
    if (type instanceof DoubleType) {
      return Double.parseDouble(text);
    } else if (type instanceof FloatType) {
      return Float.parseFloat(text);
    }
    BigDecimal number = new BigDecimal(text);
    if (type instanceof LongType) {
      return number.longValueExact();
    } else if (type instanceof IntegerType) {
      return number.intValueExact();
    } else if (type instanceof ShortType) {
      return number.shortValueExact();
    } else if (type instanceof ByteType) {
      return number.byteValueExact();
    } else if (type instanceof TimestampType) {
      return number.movePointRight(6).setScale(0, RoundingMode.FLOOR).longValueExact();
    } else if (type instanceof DecimalType decimal) {
      BigDecimal scaled = number.setScale(decimal.scale(), RoundingMode.UNNECESSARY);
      if (scaled.precision() > decimal.precision()) {
        throw misfit();
      }
      return Decimal.apply(scaled, decimal.precision(), decimal.scale());
    }
    throw misfit();
  }

  private static Object array(DataType type, List<AttributeValue> values) {
    if (!(type instanceof ArrayType array)) {
      throw misfit();
    }
    return new GenericArrayData(
        values.stream().map(value -> convert(array.elementType(), value)).toArray());
  }

  private static Object fromMap(DataType type, Map<String, AttributeValue> values) {
    if (type instanceof StructType struct) {
      Object[] fields = new Object[struct.length()];
      for (int i = 0; i < fields.length; i++) {
        StructField field = struct.fields()[i];
        fields[i] = convert(field.dataType(), values.get(field.name()));
      }
      return new GenericInternalRow(fields);
    } else if (type instanceof MapType map && map.keyType() instanceof StringType) {
      Object[] keys = new Object[values.size()];
      Object[] converted = new Object[values.size()];
      int i = 0;
      for (Map.Entry<String, AttributeValue> entry : values.entrySet()) {
        keys[i] = UTF8String.fromString(entry.getKey());
        converted[i++] = convert(map.valueType(), entry.getValue());
      }
      return new ArrayBasedMapData(new GenericArrayData(keys), new GenericArrayData(converted));
    }
    throw misfit();
  }
}
