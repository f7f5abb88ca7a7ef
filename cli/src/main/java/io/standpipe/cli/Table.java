package io.standpipe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text for people or, as JSON, for programs. */
final class Table {
  enum Format {
    table,
    json
  }

  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... columns) {
    this.columns = List.of(columns);
  }

  Table row(String... values) {
    rows.add(Arrays.asList(values));
    return this;
  }

  String render(Format format) {
    return format == Format.json ? json() : text();
  }

  private String json() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (List<String> row : rows) {
      ObjectNode object = array.addObject();
      for (int i = 0; i < columns.size(); i++) {
        object.put(columns.get(i), row.get(i));
      }
    }
    return array.toPrettyString() + "\n";
  }

  private String text() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], String.valueOf(row.get(i)).length());
      }
    }
    StringBuilder out = new StringBuilder();
    line(
        out,
        columns.stream().map(name -> name.toUpperCase(java.util.Locale.ROOT)).toList(),
        widths);
    rows.forEach(row -> line(out, row, widths));
    return out.toString();
  }

  private static void line(StringBuilder out, List<String> values, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String value = String.valueOf(values.get(i));
      line.append(value).append(" ".repeat(widths[i] - value.length() + 2));
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}
