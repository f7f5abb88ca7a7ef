package io.standpipe.repository;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.OptionalInt;

/**
 * A record component and its column.
 *
 * @param keyOrder its place in the key, if it is part of it
 */
record Component(
    String name, String column, ValueType type, OptionalInt keyOrder, Method accessor) {

  boolean isKey() {
    return keyOrder.isPresent();
  }

  /** Whether the column that is written may hold NULL. */
  boolean nullable() {
    return !isKey() && type.nullable();
  }

  /** The value of this component. */
  Object of(Object owner) {
    try {
      return accessor.invoke(owner);
    } catch (InvocationTargetException e) {
      throw BadValue.of(e, "its accessor failed", "Correct the record.").within(this);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of this component as Spark takes it. */
  Object encodedOf(Object owner) {
    Object value = of(owner);
    try {
      Object encoded = type.encodeNullable(value);
      if (encoded == null && isKey()) {
        throw new BadValue("a key is never NULL", "Give the record a value.");
      }
      return encoded;
    } catch (BadValue e) {
      throw e.within(this);
    }
  }

  /** The Java value of what Spark returned. */
  Object decode(Object value, Decoder decoder) {
    try {
      return value == null ? type.decodeNull() : decoder.decode(value);
    } catch (BadValue e) {
      throw e.within(this);
    }
  }
}
