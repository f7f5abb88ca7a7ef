package io.standpipe.jdbc;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/**
 * A column of what is read.
 *
 * @param field how its values arrive
 * @param select the SQL expression that has its values
 * @param equal the expression whose values are equal exactly if Spark's values are; empty if the
 *     database has none
 * @param order the expression that sorts exactly as Spark sorts the values; empty if the database
 *     has none
 */
record ReadColumn(Field field, String select, Optional<String> equal, Optional<String> order) {

  /**
   * A value in the rows that come from the database.
   *
   * @param wire the form in which it comes; each way of reading has its own names
   */
  record Field(String name, DataType type, String wire) implements Serializable {}

  /** A column that the database compares and sorts as Spark does. */
  static ReadColumn exact(Field field, String sql) {
    return new ReadColumn(field, sql, Optional.of(sql), Optional.of(sql));
  }

  /** A column that the database does not compare as Spark does. */
  static ReadColumn incomparable(Field field, String sql) {
    return new ReadColumn(field, sql, Optional.empty(), Optional.empty());
  }

  String name() {
    return field.name();
  }

  DataType type() {
    return field.type();
  }

  /** The name of the column itself, for SQL. */
  String quoted() {
    return TableId.quote(name());
  }
}
