package io.standpipe.cassandra;

/** Pieces of CQL text. */
final class Cql {
  private Cql() {}

  /** A name, taken literally. */
  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text literal. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
