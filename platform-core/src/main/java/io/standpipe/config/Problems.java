package io.standpipe.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what is wrong with a configuration, so that all of it can be reported at once. Not
 * thread-safe.
 */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** Adds one. */
  public void add(SourcePosition position, String message) {
    found.add(new Problem(position, message));
  }

  /** Whether there are none so far. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** All so far by file, line and column, each once. */
  public List<Problem> list() {
    return found.stream().distinct().sorted(Comparator.comparing(Problem::position)).toList();
  }

  /**
   * Ends the collecting.
   *
   * @throws ConfigurationException with all problems, if there are any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigurationException(list());
    }
  }

  /** How often {@link #add} was called: whether a step found something is seen by comparing. */
  int count() {
    return found.size();
  }
}
