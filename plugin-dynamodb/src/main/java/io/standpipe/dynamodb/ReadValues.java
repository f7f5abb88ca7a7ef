package io.standpipe.dynamodb;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
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
import scala.Option;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Turns items into Spark's internal rows. What a column needs is decided once, not for each value.
 */
final class ReadValues {
  private static final int SHOWN = 60;
  private static final long MICROS = TimeUnit.SECONDS.toMicros(1);

  /** Reads values of one type; throws {@link IllegalArgumentException} for those of another. */
  private interface Reader {
    Object convert(AttributeValue value);

    /** The value as Spark has it inside; NULL if it is missing. */
    default Object read(AttributeValue value) {
      return value == null || value.type() == AttributeValue.Type.NUL ? null : convert(value);
    }
  }

  private final String label;
  private final StructField[] fields;
  private final String[] names;
  private final Reader[] readers;

  /**
   * For rows of these columns.
   *
   * @param label the table, for messages
   */
  ReadValues(String label, StructType schema) {
    this.label = label;
    this.fields = schema.fields();
    this.names = Arrays.stream(schema.fieldNames()).map(RawKeys::attribute).toArray(String[]::new);
    this.readers = readers(schema);
  }

  private static Reader[] readers(StructType schema) {
    return Arrays.stream(schema.fields())
        .<Reader>map(
            field -> RawKeys.isOne(field.name()) ? RawKeys::value : reader(field.dataType()))
        .toArray(Reader[]::new);
  }

  /**
   * The item as a row.
   *
   * @throws BadRow if a value does not fit its column
   */
  InternalRow row(Map<String, AttributeValue> item) {
    Object[] values = new Object[readers.length];
    for (int i = 0; i < values.length; i++) {
      AttributeValue value = item.get(names[i]);
      try {
        values[i] = readers[i].read(value);
      } catch (ArithmeticException | DateTimeException | IllegalArgumentException e) {
        throw new BadRow(
            "column '"
                + names[i]
                + "' of "
                + label
                + " is "
                + fields[i].dataType().simpleString()
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

  private static Reader reader(DataType type) {
    if (type instanceof StringType) {
      return value -> UTF8String.fromString(given(value.s()));
    } else if (type instanceof BinaryType) {
      return value -> given(value.b()).asByteArray();
    } else if (type instanceof BooleanType) {
      return value -> given(value.bool());
    } else if (type instanceof DateType) {
      return value -> Math.toIntExact(LocalDate.parse(given(value.s())).toEpochDay());
    } else if (type instanceof TimestampType) {
      return value -> value.n() == null ? time(given(value.s())) : seconds(value.n());
    } else if (type instanceof TimestampNTZType) {
      return value -> micros(LocalDateTime.parse(given(value.s())).toInstant(ZoneOffset.UTC));
    } else if (type instanceof ArrayType array) {
      return elements(reader(array.elementType()));
    } else if (type instanceof StructType struct) {
      return fields(struct.fieldNames(), readers(struct));
    } else if (type instanceof MapType map && map.keyType() instanceof StringType) {
      return entries(reader(map.valueType()));
    }
    return number(type);
  }

  private static Reader number(DataType type) {
    if (type instanceof DoubleType) {
      return value -> Double.parseDouble(given(value.n()));
    } else if (type instanceof FloatType) {
      return value -> Float.parseFloat(given(value.n()));
    } else if (type instanceof LongType) {
      return value -> whole(given(value.n()));
    } else if (type instanceof IntegerType) {
      return value -> Math.toIntExact(whole(given(value.n())));
    } else if (type instanceof ShortType) {
      return value -> new BigDecimal(given(value.n())).shortValueExact();
    } else if (type instanceof ByteType) {
      return value -> new BigDecimal(given(value.n())).byteValueExact();
    } else if (type instanceof DecimalType decimal) {
      return value -> decimal(given(value.n()), decimal);
    }
    return value -> {
      throw misfit();
    };
  }

  /** The SDK has null for what is not of the type that was asked for. */
  private static <T> T given(T value) {
    if (value == null) {
      throw misfit();
    }
    return value;
  }

  private static IllegalArgumentException misfit() {
    return new IllegalArgumentException("another type");
  }

  private static long whole(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      // Too large, or in another notation than the plain one of DynamoDB.
      return new BigDecimal(text).longValueExact();
    }
  }

  private static Decimal decimal(String text, DecimalType type) {
    BigDecimal scaled = new BigDecimal(text).setScale(type.scale(), RoundingMode.UNNECESSARY);
    if (scaled.precision() > type.precision()) {
      throw misfit();
    }
    return Decimal.apply(scaled, type.precision(), type.scale());
  }

  /**
   * Spark's own parser is several times faster, but takes much that is no ISO 8601, and is slow
   * with zones.
   */
  private static long time(String text) {
    int end = text.length() - 1;
    if (end >= 19 && text.charAt(10) == 'T' && text.charAt(end) == 'Z') {
      UTF8String local = UTF8String.fromString(text.substring(0, end));
      Option<Object> micros = DateTimeUtils.stringToTimestamp(local, ZoneOffset.UTC);
      if (micros.isDefined()) {
        return (long) micros.get();
      }
    }
    return micros(OffsetDateTime.parse(text).toInstant());
  }

  private static long seconds(String text) {
    return new BigDecimal(text).movePointRight(6).setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
  }

  private static Reader elements(Reader element) {
    return value -> {
      List<AttributeValue> values =
          switch (value.type()) {
            case L -> value.l();
            case SS -> value.ss().stream().map(AttributeValue::fromS).toList();
            case NS -> value.ns().stream().map(AttributeValue::fromN).toList();
            case BS -> value.bs().stream().map(AttributeValue::fromB).toList();
            default -> throw misfit();
          };
      return new GenericArrayData(values.stream().map(element::read).toArray());
    };
  }

  private static Reader fields(String[] names, Reader[] readers) {
    return value -> {
      Map<String, AttributeValue> map = map(value);
      Object[] values = new Object[readers.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = readers[i].read(map.get(names[i]));
      }
      return new GenericInternalRow(values);
    };
  }

  private static Reader entries(Reader reader) {
    return value -> {
      Map<String, AttributeValue> map = map(value);
      Object[] keys = map.keySet().stream().map(UTF8String::fromString).toArray();
      Object[] values = map.values().stream().map(reader::read).toArray();
      return new ArrayBasedMapData(new GenericArrayData(keys), new GenericArrayData(values));
    };
  }

  /** A value that is no map has an empty one. */
  private static Map<String, AttributeValue> map(AttributeValue value) {
    if (!value.hasM()) {
      throw misfit();
    }
    return value.m();
  }
}
