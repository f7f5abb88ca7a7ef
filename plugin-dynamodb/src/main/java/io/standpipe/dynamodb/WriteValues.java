package io.standpipe.dynamodb;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import scala.collection.JavaConverters;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Turns values of Spark's rows into attribute values, dates and timestamps as {@link ExactTimes}
 * gives them. NULL inside a value becomes type NULL.
 */
final class WriteValues {
  private static final AttributeValue NULL = AttributeValue.fromNul(true);

  /** DynamoDB's numbers: 38 digits, and magnitudes from 1E-130 to 9.9E+125. */
  private static final int MOST_DIGITS = 38;

  private static final int SMALLEST = -130;
  private static final int LARGEST = 125;

  private WriteValues() {}

  /**
   * A value of a column.
   *
   * @param value not null
   * @throws IllegalArgumentException if DynamoDB has no such value; the message says why
   */
  static AttributeValue of(DataType type, Object value) {
    if (value == null) {
      return NULL;
    } else if (type instanceof ArrayType array) {
      return AttributeValue.fromL(
          list(value).stream().map(element -> of(array.elementType(), element)).toList());
    } else if (type instanceof MapType map) {
      return AttributeValue.fromM(map(map, value));
    } else if (type instanceof StructType struct) {
      return AttributeValue.fromM(struct(struct, (Row) value));
    }
    return scalar(type, value);
  }

  /** An array as a set; empty ones, which DynamoDB does not know, and NULL elements are refused. */
  static AttributeValue set(ArrayType type, Object value) {
    List<AttributeValue> elements =
        list(value).stream().map(element -> of(type.elementType(), element)).distinct().toList();
    if (elements.isEmpty()) {
      throw new IllegalArgumentException("an empty set, which DynamoDB does not have");
    }
    return switch (elements.get(0).type()) {
      case S -> AttributeValue.fromSs(elements.stream().map(AttributeValue::s).toList());
      case N -> AttributeValue.fromNs(elements.stream().map(AttributeValue::n).toList());
      case B -> AttributeValue.fromBs(elements.stream().map(AttributeValue::b).toList());
      default -> throw new IllegalArgumentException("a set of " + elements.get(0).type());
    };
  }

  /** A TIMESTAMP as seconds since 1970. */
  static AttributeValue seconds(Object value) {
    return AttributeValue.fromN(
        Long.toString(((LocalDateTime) value).toEpochSecond(ZoneOffset.UTC)));
  }

  private static AttributeValue scalar(DataType type, Object value) {
    if (value instanceof String text) {
      return AttributeValue.fromS(text);
    } else if (value instanceof Boolean bool) {
      return AttributeValue.fromBool(bool);
    } else if (value instanceof byte[] bytes) {
      return AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
    } else if (value instanceof Double || value instanceof Float) {
      return floating(((Number) value).doubleValue(), value.toString());
    } else if (value instanceof BigDecimal decimal) {
      return AttributeValue.fromN(number(decimal));
    } else if (value instanceof Number number) {
      return AttributeValue.fromN(number.toString());
    }
    // Instant and LocalDateTime have ISO 8601 as their text.
    LocalDateTime time = (LocalDateTime) value;
    return AttributeValue.fromS(
        (type instanceof TimestampType ? time.toInstant(ZoneOffset.UTC) : time).toString());
  }

  private static AttributeValue floating(double number, String text) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("the number " + text + ", which DynamoDB does not have");
    }
    return AttributeValue.fromN(number(new BigDecimal(text)));
  }

  private static String number(BigDecimal number) {
    BigDecimal plain = number.stripTrailingZeros();
    int magnitude = plain.precision() - plain.scale() - 1;
    boolean fits =
        plain.precision() <= MOST_DIGITS
            && (plain.signum() == 0 || (magnitude >= SMALLEST && magnitude <= LARGEST));
    if (!fits) {
      throw new IllegalArgumentException(
          "the number " + number + ", which is outside DynamoDB's 38 digits or 1E-130 to 9.9E+125");
    }
    return number.signum() == 0 ? "0" : number.toString();
  }

  private static List<Object> list(Object value) {
    if (value instanceof scala.collection.Seq<?> sequence) {
      return new ArrayList<>(JavaConverters.seqAsJavaList(sequence));
    }
    return new ArrayList<>((Collection<?>) value);
  }

  private static Map<String, AttributeValue> map(MapType type, Object value) {
    Map<?, ?> entries =
        value instanceof scala.collection.Map<?, ?> scalaMap
            ? JavaConverters.mapAsJavaMap(scalaMap)
            : (Map<?, ?>) value;
    Map<String, AttributeValue> converted = new LinkedHashMap<>();
    entries.forEach((key, element) -> converted.put((String) key, of(type.valueType(), element)));
    return converted;
  }

  private static Map<String, AttributeValue> struct(StructType type, Row row) {
    Map<String, AttributeValue> fields = new LinkedHashMap<>();
    for (int i = 0; i < type.length(); i++) {
      fields.put(type.fields()[i].name(), of(type.fields()[i].dataType(), row.get(i)));
    }
    return fields;
  }

  /** About the size that DynamoDB counts for an item, bytes; exact but for numbers. */
  static long size(Map<String, AttributeValue> item) {
    long size = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      size += utf8(attribute.getKey()) + size(attribute.getValue());
    }
    return size;
  }

  private static long size(AttributeValue value) {
    return switch (value.type()) {
      case S -> utf8(value.s());
      case N -> number(value.n());
      case B -> value.b().asByteArrayUnsafe().length;
      case SS -> value.ss().stream().mapToLong(WriteValues::utf8).sum();
      case NS -> value.ns().stream().mapToLong(WriteValues::number).sum();
      case BS -> value.bs().stream().mapToLong(bytes -> bytes.asByteArrayUnsafe().length).sum();
      case M -> 3 + value.m().size() + size(value.m());
      case L -> 3 + value.l().size() + value.l().stream().mapToLong(WriteValues::size).sum();
      default -> 1;
    };
  }

  private static long number(String text) {
    return text.length() / 2 + 1;
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
