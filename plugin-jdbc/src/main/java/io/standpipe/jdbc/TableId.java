package io.standpipe.jdbc;

import java.io.Serializable;
import java.util.Collection;
import java.util.stream.Collectors;

/** A table in its exact spelling. */
record TableId(String schema, String name) implements Serializable {

  /** The quoted name, for SQL. */
  String sql() {
    return quote(schema) + "." + quote(name);
  }

  /** A table of the same schema. */
  TableId sibling(String other) {
    return new TableId(schema, other);
  }

  static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  static String quoteAll(Collection<String> identifiers) {
    return identifiers.stream().map(TableId::quote).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
