package io.standpipe.jdbc;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Dates and times as SQL literals that PostgreSQL and H2 both take. */
final class SqlLiteral {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final long SECOND = TimeUnit.SECONDS.toMicros(1);

  private SqlLiteral() {}

  static String date(LocalDate date) {
    return "DATE '" + common(date) + "'";
  }

  /**
   * A timestamp with time zone.
   *
   * @param micros microseconds since 1970 in UTC
   */
  static String instant(long micros) {
    return "TIMESTAMP WITH TIME ZONE '" + text(micros) + "+00'";
  }

  /**
   * A timestamp without time zone.
   *
   * @param micros microseconds from 1970 by the same clock
   */
  static String localTime(long micros) {
    return "TIMESTAMP '" + text(micros) + "'";
  }

  /** The point in time, as far as microseconds tell. */
  static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, SECOND),
        TimeUnit.MICROSECONDS.toNanos(Math.floorMod(micros, SECOND)));
  }

  static long toMicros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), SECOND),
        TimeUnit.NANOSECONDS.toMicros(instant.getNano()));
  }

  private static String text(long micros) {
    LocalDateTime time = toInstant(micros).atOffset(ZoneOffset.UTC).toLocalDateTime();
    common(time.toLocalDate());
    return TIME.format(time);
  }

  /** Years that every database writes alike. */
  private static LocalDate common(LocalDate date) {
    if (date.getYear() < 1 || date.getYear() > 9999) {
      throw new UnsupportedOperationException("year " + date.getYear());
    }
    return date;
  }
}
