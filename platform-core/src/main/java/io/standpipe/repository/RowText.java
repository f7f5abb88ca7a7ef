package io.standpipe.repository;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** Rows and values in messages: short, whatever their size. */
final class RowText {
  private static final int LONGEST = 60;
  private static final int MOST_COLUMNS = 5;

  private RowText() {}

  /** A value, cut if it is long; text in quotes. */
  static String abbreviate(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    String text = String.valueOf(value);
    String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    return value instanceof CharSequence ? "'" + cut + "'" : cut;
  }

  /** A row by its key, or by its first columns if it has none. */
  static String of(List<Component> components, Row row) {
    List<String> cells = new ArrayList<>();
    boolean keyed = components.stream().anyMatch(Component::isKey);
    for (int i = 0; i < components.size() && cells.size() < MOST_COLUMNS; i++) {
      if (!keyed || components.get(i).isKey()) {
        cells.add(components.get(i).column() + "=" + abbreviate(row.get(i)));
      }
    }
    return "{" + String.join(", ", cells) + "}";
  }
}
