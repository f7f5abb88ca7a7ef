package io.standpipe.jdbc;

import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/**
 * A column of the rows on its way into a column of the table.
 *
 * @param source the column's name in the rows
 * @param target its name in the table
 * @param type the Spark type that it is converted to before it is sent
 * @param creation the database type with which the table's column is to be created; empty if the
 *     table has it
 * @param nullability whether a created column takes NULL
 */
record StageColumn(
    String source,
    String target,
    DataType type,
    Optional<String> creation,
    Nullability nullability) {

  /** Whether a column takes NULL. */
  enum Nullability {
    NULLABLE,
    NOT_NULL
  }

  /** The column's definition in CREATE TABLE. */
  String definition() {
    return TableId.quote(target)
        + " "
        + creation.orElseThrow()
        + (nullability == Nullability.NOT_NULL ? " NOT NULL" : "");
  }
}
