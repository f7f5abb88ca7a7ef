package io.standpipe.jdbc;

import java.util.Locale;

/**
 * A column of a table in the database.
 *
 * @param typeName the database's name of its type
 * @param size how much it holds of numbers and times
 * @param presence whether a row must bring a value
 * @param equality when two of its texts are equal
 */
record ColumnInfo(
    String name, Family family, String typeName, Size size, Presence presence, Equality equality) {

  /** Whether a row must bring a value. */
  enum Presence {
    REQUIRED,
    /** NULL is allowed, or the database has a default. */
    OPTIONAL
  }

  /** When two texts are equal for the database. */
  enum Equality {
    BY_BYTES,
    /** Also if they differ, for example in case. */
    LOOSE
  }

  /**
   * How much a column holds.
   *
   * @param digits all digits of a decimal number, or 0 if it has as many as it likes
   * @param scale digits after the point, of a decimal number or of a second
   */
  record Size(int digits, int scale) {
    static final Size UNLIMITED = new Size(0, 0);
  }

  /** A column of which nothing but the name is known. */
  static ColumnInfo named(String name) {
    return new ColumnInfo(
        name, Family.OTHER, "", Size.UNLIMITED, Presence.OPTIONAL, Equality.BY_BYTES);
  }

  /** What an element of this array of PostgreSQL's is, as if it were a column. */
  ColumnInfo element() {
    String type = typeName.replaceFirst("^_", "");
    return new ColumnInfo(name, Family.ofPostgres(type), type, size, presence, equality);
  }

  /** The type as a person writes it. */
  String shownType() {
    Family held = family == Family.ARRAY ? element().family : family;
    return held == Family.DECIMAL && size.digits() > 0
        ? String.format(Locale.ROOT, "%s(%d,%d)", typeName, size.digits(), size.scale())
        : typeName;
  }
}
