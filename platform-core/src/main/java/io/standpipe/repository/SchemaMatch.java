package io.standpipe.repository;

import io.standpipe.config.Suggestions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * One comparison of a record with the columns that a storage has: how names are compared, and all
 * that does not fit.
 */
final class SchemaMatch {
  private final boolean caseSensitive;
  private final ZoneId zone;
  private final List<String> path = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  SchemaMatch(SparkSession session) {
    this.caseSensitive = Boolean.parseBoolean(session.conf().get("spark.sql.caseSensitive"));
    this.zone = DateTimeUtils.getZoneId(session.conf().get("spark.sql.session.timeZone"));
  }

  /** The session's time zone: where an instant meets a time without zone, as in Spark. */
  ZoneId zone() {
    return zone;
  }

  /** What does not fit, in the order of the components. */
  List<String> problems() {
    return problems;
  }

  void enter(Component component) {
    path.add(component.name());
  }

  void leave() {
    path.remove(path.size() - 1);
  }

  /** Notes that the column of the current component has a type that it cannot be read from. */
  void mismatch(ValueType wanted, DataType actual) {
    problem(wanted.javaName() + " cannot be read from " + actual.simpleString());
  }

  /** Finds the column of the current component; what is missing or ambiguous is noted. */
  OptionalInt find(StructType schema, String column) {
    String[] names = schema.fieldNames();
    int[] found = IntStream.range(0, names.length).filter(i -> same(names[i], column)).toArray();
    if (found.length == 1) {
      return OptionalInt.of(found[0]);
    }
    problem(
        found.length == 0
            ? "there is no column '"
                + column
                + "'. "
                + Suggestions.sentence(column, List.of(names), "columns")
            : "column '"
                + column
                + "' is ambiguous: "
                + String.join(", ", Arrays.stream(found).mapToObj(i -> names[i]).toList()));
    return OptionalInt.empty();
  }

  /** The storage's name of a component's column; if it is not there, that is noted. */
  String name(StructType schema, Component component) {
    enter(component);
    OptionalInt found = find(schema, component.column());
    leave();
    return found.isPresent() ? schema.fieldNames()[found.getAsInt()] : component.column();
  }

  private boolean same(String left, String right) {
    return caseSensitive ? left.equals(right) : left.equalsIgnoreCase(right);
  }

  private void problem(String text) {
    problems.add("component '" + String.join(".", path) + "': " + text);
  }
}
