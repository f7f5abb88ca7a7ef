package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;

/**
 * PostgreSQL's COPY text format. Unlike the CSV format it has no value that an older server could
 * take for the end of the data.
 */
final class CopyText {
  private CopyText() {}

  /** Appends one field. */
  static void append(StringBuilder out, Object value) {
    if (value == null) {
      out.append("\\N");
    } else if (value instanceof String text) {
      escape(out, text);
    } else if (value instanceof byte[] || value instanceof List<?>) {
      escape(out, plain(value));
    } else {
      out.append(plain(value));
    }
  }

  private static void escape(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c);
      }
    }
  }

  /** The value as PostgreSQL reads it, not yet escaped. */
  private static String plain(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    } else if (value instanceof LocalDate date) {
      return date(date) + era(date);
    } else if (value instanceof LocalDateTime time) {
      return time(time) + era(time.toLocalDate());
    } else if (value instanceof OffsetDateTime time) {
      LocalDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
      return time(utc) + "+00" + era(utc.toLocalDate());
    } else if (value instanceof byte[] bytes) {
      return "\\x" + HexFormat.of().formatHex(bytes);
    } else if (value instanceof List<?> list) {
      return array(list);
    }
    return value.toString();
  }

  private static String array(List<?> list) {
    StringBuilder out = new StringBuilder("{");
    for (Object element : list) {
      if (out.length() > 1) {
        out.append(',');
      }
      if (element == null) {
        out.append("NULL");
      } else {
        out.append('"').append(plain(element).replaceAll("[\\\\\"]", "\\\\$0")).append('"');
      }
    }
    return out.append('}').toString();
  }

  private static String time(LocalDateTime time) {
    LocalTime clock = time.toLocalTime();
    StringBuilder out = new StringBuilder(date(time.toLocalDate())).append(' ');
    two(out, clock.getHour()).append(':');
    two(out, clock.getMinute()).append(':');
    two(out, clock.getSecond());
    if (clock.getNano() != 0) {
      out.append('.').append(String.valueOf(1_000_000_000L + clock.getNano()), 1, 7);
    }
    return out.toString();
  }

  /** PostgreSQL knows no year 0 and no sign: the year before 1 is 1 BC. */
  private static String date(LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    StringBuilder out = new StringBuilder(10);
    for (int limit = 1000; limit > 1 && year < limit; limit /= 10) {
      out.append('0');
    }
    out.append(year).append('-');
    two(out, date.getMonthValue()).append('-');
    return two(out, date.getDayOfMonth()).toString();
  }

  private static String era(LocalDate date) {
    return date.getYear() > 0 ? "" : " BC";
  }

  private static StringBuilder two(StringBuilder out, int number) {
    return (number < 10 ? out.append('0') : out).append(number);
  }
}
