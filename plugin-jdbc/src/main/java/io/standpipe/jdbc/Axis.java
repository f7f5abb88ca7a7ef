package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * Places the values of a column on a line of numbers: numbers as they are, dates as days, times as
 * microseconds.
 *
 * @param zone the zone of an instant that is written without one
 */
record Axis(Unit unit, ZoneId zone) {

  private enum Unit {
    NUMBER,
    DAY,
    INSTANT,
    LOCAL_TIME
  }

  static Axis of(String column, DataType type, String sessionZone) {
    ZoneId zone = ZoneId.of(sessionZone);
    if (type instanceof NumericType) {
      return new Axis(Unit.NUMBER, zone);
    } else if (type.equals(DataTypes.DateType)) {
      return new Axis(Unit.DAY, zone);
    } else if (type.equals(DataTypes.TimestampType)) {
      return new Axis(Unit.INSTANT, zone);
    } else if (type.equals(DataTypes.TimestampNTZType)) {
      return new Axis(Unit.LOCAL_TIME, zone);
    }
    throw new ConnectorException(
        "partitionColumn '" + column + "' is " + type.simpleString(),
        "Choose a numeric, date or timestamp column.");
  }

  /** The place of a value that the database found. */
  BigDecimal position(ResultSet row, int index) throws SQLException {
    return switch (unit) {
      case NUMBER -> parse("the column's range", row.getString(index));
      case DAY -> BigDecimal.valueOf(row.getObject(index, LocalDate.class).toEpochDay());
      case INSTANT -> micros(row.getObject(index, OffsetDateTime.class).toInstant());
      case LOCAL_TIME ->
          micros(row.getObject(index, LocalDateTime.class).toInstant(ZoneOffset.UTC));
    };
  }

  /** The place of a value that a person wrote. */
  BigDecimal parse(String option, String text) {
    try {
      return switch (unit) {
        case NUMBER -> new BigDecimal(text.trim());
        case DAY -> BigDecimal.valueOf(LocalDate.parse(text.trim()).toEpochDay());
        case INSTANT -> micros(instant(text.trim()));
        case LOCAL_TIME -> micros(localTime(text.trim()).toInstant(ZoneOffset.UTC));
      };
    } catch (NumberFormatException | DateTimeException e) {
      throw new ConnectorException(
          option + " '" + text + "' does not fit the partitionColumn",
          "Give lowerBound and upperBound as "
              + (unit == Unit.NUMBER ? "numbers." : "ISO dates or times."),
          e);
    }
  }

  private Instant instant(String text) {
    return text.matches(".*T?.*(Z|[+-]\\d\\d:\\d\\d)") && text.length() > 16
        ? OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()
        : localTime(text).atZone(zone).toInstant();
  }

  private static LocalDateTime localTime(String text) {
    return LocalDateTime.parse(text.length() == 10 ? text + "T00:00" : text.replace(' ', 'T'));
  }

  private static BigDecimal micros(Instant instant) {
    return BigDecimal.valueOf(SqlLiteral.toMicros(instant));
  }

  /** The place as an SQL literal. */
  String literal(BigDecimal position) {
    return switch (unit) {
      case NUMBER -> position.toPlainString();
      case DAY -> SqlLiteral.date(LocalDate.ofEpochDay(position.longValueExact()));
      case INSTANT -> SqlLiteral.instant(position.longValueExact());
      case LOCAL_TIME -> SqlLiteral.localTime(position.longValueExact());
    };
  }
}
