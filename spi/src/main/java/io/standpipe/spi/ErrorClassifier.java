package io.standpipe.spi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Says how the errors of one technology are to be understood.
 *
 * <p>It is asked about one exception at a time; the platform walks causes, suppressed exceptions,
 * {@link java.sql.SQLException#getNextException()} and Spark's wrappers, outermost first, and takes
 * the first answer. Match class <em>names</em>: the exception may come from another class loader.
 */
@FunctionalInterface
public interface ErrorClassifier {

  /**
   * The meaning of this exception alone, without its causes; empty if it is none of this
   * technology's.
   *
   * @param error never null
   */
  Optional<ErrorRule> classify(Throwable error);

  /** Knows no error. */
  static ErrorClassifier none() {
    return error -> Optional.empty();
  }

  /** The first rule that matches. */
  static ErrorClassifier of(List<ErrorRule> rules) {
    List<ErrorRule> copy = List.copyOf(rules);
    return error -> copy.stream().filter(rule -> rule.matches(error)).findFirst();
  }

  /**
   * Reads rules from a resource beside a class: one rule a line, tab-separated {@code matcher},
   * {@code verdict}, {@code hint}, {@code source}; lines that are empty or start with {@code #} are
   * comments. See {@link ErrorRule} for matchers.
   *
   * @throws IllegalArgumentException if the resource is missing or a line is malformed; the message
   *     names the line
   */
  static List<ErrorRule> rules(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "no resource " + resource + " beside " + beside.getName());
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(ErrorRule::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
