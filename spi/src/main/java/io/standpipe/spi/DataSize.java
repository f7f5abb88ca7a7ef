package io.standpipe.spi;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of data, written {@code 64MB} in configuration. Units are powers of 1024: {@code B},
 * {@code kB}, {@code MB}, {@code GB}, {@code TB}.
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final Pattern FORMAT =
      Pattern.compile("(\\d+)\\s*([kmgt]?b)", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "bkmgt";

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a data size must not be negative: " + bytes);
    }
  }

  /**
   * Reads {@code 64MB}.
   *
   * @throws IllegalArgumentException if the text is no data size or exceeds {@link Long#MAX_VALUE}
   *     bytes
   */
  public static DataSize parse(String text) {
    Matcher matcher = FORMAT.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not a data size: '" + text + "'. Write a whole number and a unit: 512kB, 64MB, 2GB");
    }
    int power = UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT).charAt(0));
    try {
      return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("data size too large: '" + text + "'", e);
    }
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The largest unit that gives a whole number, for example {@code 64MB}. */
  @Override
  public String toString() {
    int power = 0;
    long value = bytes;
    while (value != 0 && value % 1024 == 0 && power < UNITS.length() - 1) {
      value /= 1024;
      power++;
    }
    return value + new String[] {"B", "kB", "MB", "GB", "TB"}[power];
  }
}
