package io.standpipe.repository;

import io.standpipe.config.Suggestions;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Condition.And;
import io.standpipe.spi.Condition.Comparison;
import io.standpipe.spi.Condition.In;
import io.standpipe.spi.Condition.IsNull;
import io.standpipe.spi.Condition.Like;
import io.standpipe.spi.Condition.Not;
import io.standpipe.spi.Condition.Or;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StringType;

/**
 * Turns a condition on a record's components or columns into one on the storage's columns, with
 * values as Spark and connectors take them.
 *
 * @param columnOf the storage's own name of a component's column
 */
record ConditionTranslator(RecordMapping<?> mapping, Function<Component, String> columnOf) {

  /**
   * The same condition for the storage. SQL expressions stay as they are.
   *
   * @throws BadValue if a name is unknown or a value cannot be compared with the column
   */
  Condition translate(Condition condition) {
    if (condition instanceof Comparison c) {
      Component component = find(c.column());
      return new Comparison(columnOf.apply(component), c.operator(), operand(component, c.value()));
    } else if (condition instanceof In in) {
      return in(in);
    } else if (condition instanceof IsNull isNull) {
      return new IsNull(columnOf.apply(find(isNull.column())));
    } else if (condition instanceof Like like) {
      return like(like);
    } else if (condition instanceof And and) {
      return new And(and.conditions().stream().map(this::translate).toList());
    } else if (condition instanceof Or or) {
      return new Or(or.conditions().stream().map(this::translate).toList());
    } else if (condition instanceof Not not) {
      return new Not(translate(not.condition()));
    }
    return condition;
  }

  private Condition in(In in) {
    Component component = find(in.column());
    List<Object> values =
        in.values().stream()
            .map(value -> isNull(value) ? null : operand(component, value))
            .collect(Collectors.toCollection(ArrayList::new));
    return new In(columnOf.apply(component), values);
  }

  private static boolean isNull(Object value) {
    return value == null || value instanceof Optional<?> optional && optional.isEmpty();
  }

  private Condition like(Like like) {
    Component component = find(like.column());
    if (!(component.type().dataType() instanceof StringType)) {
      throw bad(
          component,
          new BadValue(
              "LIKE needs text, and the column holds " + component.type().javaName(),
              "Compare it with a value."));
    }
    checkEscapes(component, like.pattern());
    return new Like(columnOf.apply(component), like.pattern());
  }

  /** Spark fails on other escapes only when it runs, and databases each take them differently. */
  private static void checkEscapes(Component component, String pattern) {
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) == '\\') {
        i++;
        if (i == pattern.length() || "\\%_".indexOf(pattern.charAt(i)) < 0) {
          throw bad(
              component,
              new BadValue(
                  "the LIKE pattern "
                      + RowText.abbreviate(pattern)
                      + " has a backslash that escapes nothing",
                  "Write \\\\ for a backslash, or use contains() or startsWith()."));
        }
      }
    }
  }

  private static Object operand(Component component, Object value) {
    Object plain = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    try {
      if (plain == null) {
        throw new BadValue("an empty Optional is NULL", "To compare with NULL use isNull().");
      }
      return component.type().operand(plain);
    } catch (BadValue e) {
      throw bad(component, e);
    }
  }

  private static BadValue bad(Component component, BadValue problem) {
    return problem.within(component);
  }

  /** A column's name goes before a component's, an exact one before one in another case. */
  private Component find(String name) {
    return first(component -> component.column().equals(name))
        .or(() -> first(component -> component.name().equals(name)))
        .or(() -> first(component -> component.column().equalsIgnoreCase(name)))
        .or(() -> first(component -> component.name().equalsIgnoreCase(name)))
        .orElseThrow(
            () ->
                new BadValue(
                    mapping.name() + " has no component or column '" + name + "'",
                    Suggestions.sentence(name, names(), "names")));
  }

  private Optional<Component> first(Predicate<Component> wanted) {
    return mapping.components().stream().filter(wanted).findFirst();
  }

  private Collection<String> names() {
    TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    mapping.components().forEach(c -> names.add(c.name()));
    mapping.components().forEach(c -> names.add(c.column()));
    return names;
  }
}
