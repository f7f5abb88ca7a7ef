package io.standpipe.cassandra;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import io.standpipe.spi.Identifiers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructField;

/**
 * Brings columns of rows to the form in which Cassandra stores them, so that keys can be compared
 * and nothing is stored as another value: the Spark Cassandra Connector cuts off what does not fit.
 * Whole numbers may go into any column of numbers, and are checked one by one where its range is
 * smaller; fractions never go into one of whole numbers.
 */
final class StoredForm {
  /** The longest time to live that Cassandra takes, 20 years. */
  static final int MAX_SECONDS = 630_720_000;

  private final String action;
  private final Column row;

  /**
   * @param action for messages, for example {@code write to Cassandra table 'sales.orders'}
   * @param keys the columns of the rows that tell in messages which row it is
   */
  StoredForm(String action, List<String> keys) {
    this.action = action;
    this.row = RowChecks.key(keys);
  }

  /**
   * The column in its stored form. A value that the CQL type does not have fails its task.
   *
   * @param given the column of the rows
   * @param type of the table's column
   * @throws Problem.Refusal if the types do not go together
   */
  Column of(StructField given, DataType type) {
    Column value = Identifiers.column(given.name());
    var from = given.dataType();
    if (CqlTypes.takes(type, from)) {
      return normal(value, type, in(given, type.asCql(false, true)));
    }
    return CqlTypes.spark(type)
        .filter(own -> CqlTypes.convertible(from, own))
        .map(own -> converted(value, from, own, in(given, type.asCql(false, true))))
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    "cannot "
                        + action
                        + ": column '"
                        + given.name()
                        + "' is "
                        + from.sql()
                        + " in the rows, but "
                        + type.asCql(false, true)
                        + " in the table",
                    "Cast it in the pipeline to a type that fits."));
  }

  private Column converted(
      Column value,
      org.apache.spark.sql.types.DataType from,
      org.apache.spark.sql.types.DataType own,
      String where) {
    Column cast = value.cast(own);
    if (CqlTypes.isWhole(own)) {
      long max = max(own);
      return checked(value, value.between(-max - 1, max), cast, where);
    }
    return from instanceof DoubleType && own instanceof FloatType
        ? checked(value, inRangeOfFloat(value), cast, where)
        : cast;
  }

  private static long max(org.apache.spark.sql.types.DataType whole) {
    return switch (whole.typeName()) {
      case "byte" -> Byte.MAX_VALUE;
      case "short" -> Short.MAX_VALUE;
      case "integer" -> Integer.MAX_VALUE;
      default -> Long.MAX_VALUE;
    };
  }

  private static Column inRangeOfFloat(Column value) {
    return value
        .isNaN()
        .or(abs(value).leq((double) Float.MAX_VALUE))
        .or(abs(value).equalTo(Double.POSITIVE_INFINITY));
  }

  /** Values that mean the same are the same, as in the rows that are read. */
  private Column normal(Column value, DataType type, String where) {
    if (type.equals(DataTypes.TIMESTAMP)) {
      return date_trunc("millisecond", value);
    } else if (type.equals(DataTypes.UUID) || type.equals(DataTypes.TIMEUUID)) {
      return spelled(value, Spelling.UUID, where);
    }
    return type.equals(DataTypes.INET)
        ? spelled(value, Spelling.ADDRESS, where)
        : CqlTypes.spark(type).map(value::cast).orElse(value);
  }

  private Column spelled(Column value, Spelling spelling, String where) {
    Column known = udf(spelling, org.apache.spark.sql.types.DataTypes.StringType).apply(value);
    return when(value.isNotNull(), coalesce(known, failure(value, where)));
  }

  private Column checked(Column value, Column fits, Column stored, String where) {
    return when(value.isNull().or(fits), stored).otherwise(failure(value, where));
  }

  private Column failure(Column value, String where) {
    return raise_error(
        concat(
            lit("cannot store the value "),
            value.cast(org.apache.spark.sql.types.DataTypes.StringType),
            lit(where + " of the row "),
            row));
  }

  private static String in(StructField given, String what) {
    return " in column '" + given.name() + "' (" + what + ")";
  }

  /** The spelling that reads give; NULL for a text that is none. */
  private enum Spelling implements UDF1<String, String> {
    UUID {
      @Override
      public String call(String text) {
        try {
          return java.util.UUID.fromString(text).toString();
        } catch (IllegalArgumentException notOne) {
          return null;
        }
      }
    },
    ADDRESS {
      @Override
      public String call(String text) {
        try {
          return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException notOne) {
          return null;
        }
      }
    }
  }

  /**
   * The time to live of each row in seconds.
   *
   * @throws Problem.Refusal if the column has no whole numbers
   */
  Column timeToLive(StructField given) {
    require(CqlTypes.isWhole(given.dataType()), given, "ttlColumn", "INT, in seconds");
    Column value = Identifiers.column(given.name());
    return checked(
            value,
            value.between(0, MAX_SECONDS),
            value.cast("int"),
            in(given, "time to live in seconds, 0 to " + MAX_SECONDS))
        .as(given.name());
  }

  /**
   * The write time of each row in microseconds.
   *
   * @throws Problem.Refusal if the column has neither timestamps nor whole numbers
   */
  Column writeTime(StructField given) {
    boolean time = given.dataType().equals(org.apache.spark.sql.types.DataTypes.TimestampType);
    require(
        time || CqlTypes.takes(DataTypes.BIGINT, given.dataType()),
        given,
        "writeTimeColumn",
        "TIMESTAMP, or BIGINT in microseconds since 1970");
    Column value = Identifiers.column(given.name());
    return (time ? unix_micros(value) : value.cast("bigint")).as(given.name());
  }

  private void require(boolean fits, StructField given, String option, String wanted) {
    if (!fits) {
      throw new Problem.Refusal(
          "cannot "
              + action
              + ": column '"
              + given.name()
              + "', which "
              + option
              + " names, is "
              + given.dataType().sql(),
          "Cast it to " + wanted + ".");
    }
  }
}
