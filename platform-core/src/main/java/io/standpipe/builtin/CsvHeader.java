package io.standpipe.builtin;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The column names in the first line of a local CSV file. */
final class CsvHeader {

  private CsvHeader() {}

  /**
   * The names; empty if the file cannot be read, or if Spark would change a name because it is
   * empty or comes twice.
   */
  static Optional<List<String>> names(Path file, char delimiter, Charset charset) {
    try (BufferedReader reader = Files.newBufferedReader(file, charset)) {
      String line = reader.readLine();
      if (line == null) {
        return Optional.empty();
      }
      List<String> names = split(line.startsWith("\ufeff") ? line.substring(1) : line, delimiter);
      long distinct = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().count();
      return distinct < names.size() || names.stream().anyMatch(String::isEmpty)
          ? Optional.empty()
          : Optional.of(names);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Splits one line as RFC 4180 has it; no names at all if a quote is left open. */
  private static List<String> split(String line, char delimiter) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        value.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(quoted ? "" : value.toString());
    return values;
  }
}
