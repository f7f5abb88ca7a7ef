package io.standpipe.config;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown. Cells are escaped so that their text cannot break the table. */
public final class MarkdownTable {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /** With these column titles. */
  public MarkdownTable(String... header) {
    this.header = List.of(header);
  }

  /** Adds a row with one cell per column. */
  public MarkdownTable row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + header.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The text, with a line break at the end. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    append(text, header);
    append(text, header.stream().map(title -> "---").toList());
    rows.forEach(row -> append(text, row));
    return text.toString();
  }

  private static void append(StringBuilder text, List<String> cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell.replace("|", "\\|").replace("\n", " ")).append(" |");
    }
    text.append('\n');
  }
}
