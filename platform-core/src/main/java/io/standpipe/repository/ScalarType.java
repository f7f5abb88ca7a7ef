package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.apache.spark.sql.types.DataType;

/** A Java type with one value: in JSON it is the text of that value. */
abstract class ScalarType<J> implements ValueType {
  private final Class<J> javaType;
  private final DataType dataType;

  ScalarType(Class<J> javaType, DataType dataType) {
    this.javaType = javaType;
    this.dataType = dataType;
  }

  @Override
  public final String javaName() {
    return javaType.getSimpleName();
  }

  @Override
  public final DataType dataType() {
    return dataType;
  }

  /** Whether a column of this type can be read, if not each of its values. */
  boolean reads(DataType actual) {
    return actual.equals(dataType);
  }

  /**
   * Makes the Java value of what Spark returned for a column that {@link #reads} accepts.
   *
   * @param zone the session's time zone
   */
  abstract J read(Object value, ZoneId zone);

  /** Makes what Spark takes. */
  Object write(J value) {
    return value;
  }

  /** Reads {@code toString()} back. */
  abstract J parse(String text);

  @Override
  public final Decoder decoder(DataType actual, SchemaMatch match) {
    if (!reads(actual)) {
      match.mismatch(this, actual);
    }
    ZoneId zone = match.zone();
    return value -> read(value, zone);
  }

  @Override
  public final Object encode(Object value) {
    return write(javaType.cast(value));
  }

  @Override
  public Object operand(Object value) {
    if (!javaType.isInstance(value)) {
      throw incomparable(value, "a " + javaName());
    }
    return encode(value);
  }

  /** What is said of a value of a class that a condition on this column does not take. */
  final BadValue incomparable(Object value, String remedy) {
    return new BadValue(
        "it holds "
            + javaName()
            + " and cannot be compared with the "
            + value.getClass().getSimpleName()
            + " "
            + RowText.abbreviate(value),
        "Give " + remedy + ".");
  }

  @Override
  public JsonNode toJson(Object value) {
    return TextNode.valueOf(value.toString());
  }

  @Override
  public final Object fromJson(JsonNode json) {
    try {
      return parse(json.asText());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new BadValue(
          RowText.abbreviate(json.asText()) + " is no " + javaName(), "Correct the row.", e);
    }
  }
}
