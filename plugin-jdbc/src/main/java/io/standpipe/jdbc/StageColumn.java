package io.standpipe.jdbc;

import io.standpipe.spi.Identifiers;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column of the rows on its way into a column of the table.
 *
 * @param source the column's name in the rows
 * @param target its name in the table
 * @param type the Spark type that it is converted to before it is sent
 * @param creation the database type with which the table's column is to be created; empty if the
 *     table has it
 * @param nullability whether a created column takes NULL
 * @param secondDigits how many digits of a second the table's column keeps
 */
record StageColumn(
    String source,
    String target,
    DataType type,
    Optional<String> creation,
    Nullability nullability,
    int secondDigits) {

  /** Whether a column takes NULL. */
  enum Nullability {
    NULLABLE,
    NOT_NULL
  }

  /** A column that keeps all digits of a second. */
  StageColumn(
      String source,
      String target,
      DataType type,
      Optional<String> creation,
      Nullability nullability) {
    this(source, target, type, creation, nullability, Conversion.MICROSECONDS);
  }

  /** The values to send, of rows that have the source column. */
  Column of(Dataset<Row> rows) {
    Column value = rows.col(Identifiers.quoted(source)).cast(type);
    return (secondDigits < Conversion.MICROSECONDS ? uncut(value) : value).as(target);
  }

  /** Fails for a time of which the table's column would silently cut something off. */
  private Column uncut(Column time) {
    long step = (long) Math.pow(10, Conversion.MICROSECONDS - secondDigits);
    Column micros = functions.call_function("unix_micros", time.cast(DataTypes.TimestampType));
    String unit = secondDigits < 3 ? "SECOND" : "MILLISECOND";
    return functions
        .when(
            micros.mod(step).notEqual(0),
            functions.raise_error(
                functions.lit(
                    String.format(
                        Locale.ROOT,
                        "column '%s' has more digits of a second than the %d that the table keeps;"
                            + " round it in the pipeline, for example by date_trunc('%s', %s)",
                        source,
                        secondDigits,
                        unit,
                        source))))
        .otherwise(time);
  }

  /** The column's definition in CREATE TABLE. */
  String definition() {
    return TableId.quote(target)
        + " "
        + creation.orElseThrow()
        + (nullability == Nullability.NOT_NULL ? " NOT NULL" : "");
  }
}
