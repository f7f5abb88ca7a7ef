package io.standpipe.config;

import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.spi.DataSize;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/** What single values options can have: how they are called, read and described in a schema. */
enum ScalarFormat {
  TEXT("text", "text"),
  INTEGER("whole number", "a whole number from -2147483648 to 2147483647"),
  LONG("whole number", "a whole number"),
  DOUBLE("number", "a number"),
  DECIMAL("number", "a number"),
  BOOLEAN("true or false", "true or false"),
  DURATION("duration", "a duration such as 500ms, 30s, 5m, 2h or 1d"),
  INSTANT("point in time", "a point in time such as 2024-01-31T12:00:00Z"),
  DATA_SIZE("data size", "a data size such as 512kB, 64MB or 2GB"),
  SECRET("secret", "text"),
  LOCATION("path or URI", "a path or URI");

  /** A duration as the schema has it; ISO 8601 durations begin with P. */
  static final String DURATION_PATTERN = "^([0-9]+(ns|us|ms|s|m|h|d)|[Pp].+)$";

  static final String DATA_SIZE_PATTERN = "^[0-9]+ *[kKmMgGtT]?[bB]$";

  private static final Map<Class<?>, ScalarFormat> BY_TYPE =
      Map.ofEntries(
          Map.entry(String.class, TEXT),
          Map.entry(int.class, INTEGER),
          Map.entry(Integer.class, INTEGER),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(BigDecimal.class, DECIMAL),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(Duration.class, DURATION),
          Map.entry(Instant.class, INSTANT),
          Map.entry(DataSize.class, DATA_SIZE),
          Map.entry(Secret.class, SECRET),
          Map.entry(Location.class, LOCATION));

  private final String label;
  private final String expectation;

  ScalarFormat(String label, String expectation) {
    this.label = label;
    this.expectation = expectation;
  }

  static Optional<ScalarFormat> of(Class<?> type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /** The type's name for people. */
  String label() {
    return label;
  }

  /** What a value must be, to follow {@code must be}. */
  String expectation() {
    return expectation;
  }

  boolean isNumber() {
    return this == INTEGER || this == LONG || this == DOUBLE || this == DECIMAL;
  }

  boolean isText() {
    return this == TEXT || this == SECRET;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException if it is none of this format; the message is a hint, or empty,
   *     and does not hold the value
   */
  Object parse(Scalar scalar) {
    String text = scalar.text();
    return switch (this) {
      case TEXT -> text;
      case SECRET -> Secret.of(text);
      case INTEGER -> Math.toIntExact(whole(scalar));
      case LONG -> whole(scalar);
      case DOUBLE -> decimal(scalar).doubleValue();
      case DECIMAL -> decimal(scalar);
      case BOOLEAN -> truth(scalar);
      case DURATION -> Durations.parse(text);
      case INSTANT -> instant(text);
      case DATA_SIZE -> size(scalar);
      case LOCATION -> Locations.resolve(text, scalar.baseDirectory());
    };
  }

  private static long whole(Scalar scalar) {
    if (scalar.kind() == Kind.STRING && ScalarKinds.of(scalar.text()) == Kind.INTEGER) {
      throw new IllegalArgumentException("Remove the quotes.");
    }
    if (scalar.kind() != Kind.INTEGER) {
      throw new IllegalArgumentException("");
    }
    String text = scalar.text();
    if (text.startsWith("0o")) {
      return Long.parseLong(text.substring(2), 8);
    }
    return text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
  }

  private static BigDecimal decimal(Scalar scalar) {
    if (scalar.kind() == Kind.INTEGER) {
      return scalar.text().startsWith("0x") || scalar.text().startsWith("0o")
          ? BigDecimal.valueOf(whole(scalar))
          : new BigDecimal(scalar.text());
    }
    if (scalar.kind() != Kind.DECIMAL) {
      boolean quoted = ScalarKinds.of(scalar.text()) == Kind.DECIMAL;
      throw new IllegalArgumentException(quoted ? "Remove the quotes." : "");
    }
    return new BigDecimal(scalar.text());
  }

  private static boolean truth(Scalar scalar) {
    if (scalar.kind() != Kind.BOOLEAN) {
      boolean quoted = ScalarKinds.of(scalar.text()) == Kind.BOOLEAN;
      throw new IllegalArgumentException(quoted ? "Remove the quotes." : "");
    }
    return scalar.text().equalsIgnoreCase("true");
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("Give date, time and zone.", e);
    }
  }

  private static DataSize size(Scalar scalar) {
    if (scalar.kind() == Kind.INTEGER) {
      throw new IllegalArgumentException("Add a unit.");
    }
    try {
      return DataSize.parse(scalar.text());
    } catch (IllegalArgumentException e) {
      // Its message has the value, which may be a secret put in the wrong place.
      throw new IllegalArgumentException("", e);
    }
  }
}
