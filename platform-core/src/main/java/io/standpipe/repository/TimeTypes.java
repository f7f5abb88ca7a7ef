package io.standpipe.repository;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Dates and times. Columns hold microseconds; what is finer is cut off. An {@code Instant} and a
 * time without zone meet in the session's time zone.
 */
final class TimeTypes {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private TimeTypes() {}

  static ScalarType<LocalDate> dates() {
    return new Dates();
  }

  static ScalarType<Instant> instants() {
    return new Instants();
  }

  static ScalarType<LocalDateTime> localTimes() {
    return new LocalTimes();
  }

  private static boolean isTime(DataType type) {
    return type instanceof TimestampType || type instanceof TimestampNTZType;
  }

  /** Undoes exactly what Spark does to return the old classes, before 1582 too. */
  private static Instant instant(Object value) {
    return value instanceof Timestamp timestamp
        ? DateTimeUtils.microsToInstant(DateTimeUtils.fromJavaTimestamp(timestamp))
        : (Instant) value;
  }

  private static Object stored(Object value, boolean fits) {
    if (!fits) {
      throw new BadValue(
          value + " is beyond what Spark can hold", "Use NULL for a time without end.");
    }
    return value;
  }

  private static boolean fits(long epochSecond) {
    return Math.abs(epochSecond) < Long.MAX_VALUE / MICROS_PER_SECOND;
  }

  private static final class Dates extends ScalarType<LocalDate> {
    Dates() {
      super(LocalDate.class, DataTypes.DateType);
    }

    @Override
    LocalDate read(Object value, ZoneId zone) {
      return value instanceof Date date
          ? LocalDate.ofEpochDay(DateTimeUtils.fromJavaDate(date))
          : (LocalDate) value;
    }

    @Override
    Object write(LocalDate value) {
      return stored(value, value.toEpochDay() == (int) value.toEpochDay());
    }

    @Override
    public Object operand(Object value) {
      return super.operand(value instanceof Date date ? date.toLocalDate() : value);
    }

    @Override
    LocalDate parse(String text) {
      return LocalDate.parse(text);
    }
  }

  private static final class Instants extends ScalarType<Instant> {
    Instants() {
      super(Instant.class, DataTypes.TimestampType);
    }

    @Override
    boolean reads(DataType actual) {
      return isTime(actual);
    }

    @Override
    Instant read(Object value, ZoneId zone) {
      return value instanceof LocalDateTime local ? local.atZone(zone).toInstant() : instant(value);
    }

    @Override
    Object write(Instant value) {
      return stored(value.truncatedTo(ChronoUnit.MICROS), fits(value.getEpochSecond()));
    }

    @Override
    public Object operand(Object value) {
      if (value instanceof Timestamp timestamp) {
        return encode(timestamp.toInstant());
      } else if (value instanceof OffsetDateTime offset) {
        return encode(offset.toInstant());
      } else if (value instanceof ZonedDateTime zoned) {
        return encode(zoned.toInstant());
      }
      return super.operand(value);
    }

    @Override
    Instant parse(String text) {
      return Instant.parse(text);
    }
  }

  private static final class LocalTimes extends ScalarType<LocalDateTime> {
    LocalTimes() {
      super(LocalDateTime.class, DataTypes.TimestampNTZType);
    }

    @Override
    boolean reads(DataType actual) {
      return isTime(actual);
    }

    @Override
    LocalDateTime read(Object value, ZoneId zone) {
      return value instanceof LocalDateTime local
          ? local
          : LocalDateTime.ofInstant(instant(value), zone);
    }

    @Override
    Object write(LocalDateTime value) {
      return stored(
          value.truncatedTo(ChronoUnit.MICROS), fits(value.toEpochSecond(ZoneOffset.UTC)));
    }

    @Override
    LocalDateTime parse(String text) {
      return LocalDateTime.parse(text);
    }
  }
}
