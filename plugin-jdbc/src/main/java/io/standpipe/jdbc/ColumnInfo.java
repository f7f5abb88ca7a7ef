package io.standpipe.jdbc;

/**
 * A column of a table in the database.
 *
 * @param typeName the database's name of its type
 * @param presence whether a row must bring a value
 */
record ColumnInfo(String name, Family family, String typeName, Presence presence) {

  /** Whether a row must bring a value. */
  enum Presence {
    REQUIRED,
    /** NULL is allowed, or the database has a default. */
    OPTIONAL
  }
}
