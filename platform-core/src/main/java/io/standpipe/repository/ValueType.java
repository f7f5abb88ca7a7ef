package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.spark.sql.types.DataType;

/** How the values of one Java type are stored in a column. Immutable. */
interface ValueType {

  /** The Java type, for messages. */
  String javaName();

  /** The type of the column that is written. */
  DataType dataType();

  /** Whether the column that is written may hold NULL. */
  default boolean nullable() {
    return true;
  }

  /**
   * The value for Spark of a Java value that is not null; null if it stands for NULL, as an empty
   * {@code Optional} does.
   *
   * @throws BadValue if it cannot be stored
   */
  Object encode(Object value);

  /**
   * The Java value of NULL.
   *
   * @throws BadValue if there is none
   */
  default Object decodeNull() {
    return null;
  }

  /** How a column of this type is read; what does not fit is put into the match's problems. */
  Decoder decoder(DataType actual, SchemaMatch match);

  /**
   * The value for Spark of what a condition compares the column with.
   *
   * @param value not null
   * @throws BadValue if it cannot be compared with the column
   */
  default Object operand(Object value) {
    throw new BadValue(
        "a column that holds " + javaName() + " cannot be compared with a value",
        "Only isNull() and isNotNull() go with it.");
  }

  /** The JSON of a Java value that is not null; a null node if it stands for NULL. */
  JsonNode toJson(Object value);

  /** The Java value of a JSON value that is not a null node. */
  Object fromJson(JsonNode json);

  /** {@link #encode} for a value that may be null. */
  default Object encodeNullable(Object value) {
    return value == null ? null : encode(value);
  }
}
