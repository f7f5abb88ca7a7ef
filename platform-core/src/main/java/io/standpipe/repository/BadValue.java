package io.standpipe.repository;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** A value that cannot be stored, read or compared; collects the way to where it stands. */
final class BadValue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;
  private final String component;
  private final String column;

  /**
   * @param problem without a full stop
   * @param remedy what to do next, a sentence
   */
  BadValue(String problem, String remedy) {
    this(problem, remedy, "", "", null);
  }

  BadValue(String problem, String remedy, Throwable cause) {
    this(problem, remedy, "", "", cause);
  }

  /** What the record's own code threw; an error of the JVM stays what it is. */
  static BadValue of(InvocationTargetException failure, String problem, String remedy) {
    if (failure.getCause() instanceof Error error) {
      throw error;
    }
    return new BadValue(problem + ": " + reason(failure.getCause()), remedy, failure.getCause());
  }

  private BadValue(
      String problem, String remedy, String component, String column, Throwable cause) {
    super(where(component, column) + problem + ". " + remedy, cause);
    this.problem = problem;
    this.remedy = remedy;
    this.component = component;
    this.column = column;
  }

  /** The same, seen from the record that has the component. */
  BadValue within(Component owner) {
    return new BadValue(
        problem, remedy, path(owner.name(), component), path(owner.column(), column), getCause());
  }

  private static String path(String outer, String inner) {
    return inner.isEmpty() ? outer : outer + "." + inner;
  }

  private static String where(String component, String column) {
    if (component.isEmpty()) {
      return "";
    }
    return component.equals(column)
        ? "component '" + component + "': "
        : "component '" + component + "' (column '" + column + "'): ";
  }

  /** The message of a failure, for the end of a sentence. */
  static String reason(Throwable failure) {
    return Optional.ofNullable(failure.getMessage())
        .map(text -> text.lines().findFirst().orElse(""))
        .filter(text -> !text.isBlank())
        .orElseGet(() -> failure.getClass().getName())
        .replaceAll("\\.$", "");
  }
}
