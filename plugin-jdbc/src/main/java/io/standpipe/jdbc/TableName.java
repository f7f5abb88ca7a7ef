package io.standpipe.jdbc;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table as a person writes it: {@code delays}, {@code public.delays}, {@code "My Table"}. */
record TableName(Optional<Part> schema, Part table) {

  private static final String PART = "(\"(?:[^\"]|\"\")+\"|[^\".]+)";
  private static final Pattern FORMAT = Pattern.compile("(?:" + PART + "\\.)?" + PART);

  /** One part of the name; an exact one stood in double quotes and is not sought in other case. */
  record Part(String text, Match match) {
    /** How a name is compared. */
    enum Match {
      EXACT,
      ANY_CASE
    }

    boolean matches(String name) {
      return match == Match.EXACT ? text.equals(name) : text.equalsIgnoreCase(name);
    }
  }

  static TableName parse(String text) {
    Matcher matcher = FORMAT.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'table' must be name or schema.name, got '"
              + text
              + "'. Put a name that contains a dot or a quote into double quotes");
    }
    return new TableName(
        Optional.ofNullable(matcher.group(1)).map(TableName::part), part(matcher.group(2)));
  }

  private static Part part(String text) {
    return text.startsWith("\"")
        ? new Part(text.substring(1, text.length() - 1).replace("\"\"", "\""), Part.Match.EXACT)
        : new Part(text.trim(), Part.Match.ANY_CASE);
  }

  boolean matches(TableId id) {
    return table.matches(id.name()) && schema.map(part -> part.matches(id.schema())).orElse(true);
  }

  @Override
  public String toString() {
    return schema.map(part -> part.text() + ".").orElse("") + table.text();
  }
}
