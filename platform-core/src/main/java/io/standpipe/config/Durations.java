package io.standpipe.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Durations as they are written in configuration. */
final class Durations {
  private Durations() {}

  /**
   * Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d} or ISO 8601.
   *
   * @throws IllegalArgumentException with a hint
   */
  static Duration parse(String text) {
    try {
      if (text.startsWith("P") || text.startsWith("p")) {
        return Duration.parse(text);
      }
      int unitStart = 0;
      while (unitStart < text.length()
          && text.charAt(unitStart) >= '0'
          && text.charAt(unitStart) <= '9') {
        unitStart++;
      }
      if (unitStart == 0) {
        throw new IllegalArgumentException("");
      }
      String unit = text.substring(unitStart).strip();
      if (unit.isEmpty()) {
        throw new IllegalArgumentException("Add a unit.");
      }
      ChronoUnit chrono =
          unit(unit).orElseThrow(() -> new IllegalArgumentException("Units: ms, s, m, h, d."));
      return Duration.of(Long.parseLong(text.substring(0, unitStart)), chrono);
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("", e);
    }
  }

  private static Optional<ChronoUnit> unit(String unit) {
    return switch (unit) {
      case "ns" -> Optional.of(ChronoUnit.NANOS);
      case "us" -> Optional.of(ChronoUnit.MICROS);
      case "ms" -> Optional.of(ChronoUnit.MILLIS);
      case "s" -> Optional.of(ChronoUnit.SECONDS);
      case "m" -> Optional.of(ChronoUnit.MINUTES);
      case "h" -> Optional.of(ChronoUnit.HOURS);
      case "d" -> Optional.of(ChronoUnit.DAYS);
      default -> Optional.empty();
    };
  }
}
