package io.standpipe.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints figures as JSON lines, and how they came about to another stream.
 *
 * @param out where the JSON lines go
 * @param log where everything else goes
 */
record Figures(PrintStream out, PrintStream log) {

  /** A figure of this benchmark: its fields in their order, with text or numbers as values. */
  void print(String benchmark, Figure... fields) {
    StringBuilder line = new StringBuilder("{\"benchmark\":\"").append(benchmark).append('"');
    for (Figure field : fields) {
      line.append(",\"").append(field.name()).append("\":").append(field.json());
    }
    out.println(line.append('}'));
  }

  /**
   * The median over alternating pairs of the other's time divided by ours.
   *
   * @param disturbed whether some of the pairs had to share the processors with others
   */
  void speedup(
      String benchmark, String operation, String against, List<Double> ratios, boolean disturbed) {
    List<Figure> fields = new ArrayList<>();
    if (!operation.isEmpty()) {
      fields.add(new Figure("operation", operation));
    }
    fields.add(new Figure("against", against));
    fields.add(new Figure("speedup", median(ratios)));
    fields.add(new Figure("pairs", ratios.size()));
    if (disturbed) {
      fields.add(new Figure("machine", "disturbed"));
    }
    print(benchmark, fields.toArray(Figure[]::new));
  }

  /** How far it is, for a person. */
  void note(String format, Object... arguments) {
    log.printf(Locale.ROOT, format + "%n", arguments);
  }

  /**
   * One field of a figure.
   *
   * @param value a text, or a number, of which fractions get two digits
   */
  record Figure(String name, Object value) {
    private String json() {
      if (value instanceof Double number) {
        return String.format(Locale.ROOT, "%.2f", number);
      }
      return value instanceof Number ? value.toString() : '"' + value.toString() + '"';
    }
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Seconds by what took them, for a person. */
  void note(String what, Map<String, Double> seconds) {
    note(
        "%s: %s",
        what,
        seconds.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.2f s", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ")));
  }
}
