package io.standpipe.config;

import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** Says in plain words what SnakeYAML did not like, and what to do. */
final class YamlErrors {
  private YamlErrors() {}

  static String explain(MarkedYAMLException error) {
    String problem = error.getProblem() == null ? "unreadable" : error.getProblem();
    String context = error.getContext() == null ? "" : error.getContext();
    if (problem.contains("TAB")) {
      return "a tab is used for indentation, which YAML forbids. Indent with spaces.";
    }
    if (problem.contains("undefined alias")) {
      // Its name is not shown: it may be a password that begins with an asterisk.
      return "an alias refers to an anchor that does not exist. A value that begins with '*' must be"
          + " quoted.";
    }
    String hint = hint(problem, context);
    problem =
        problem
            .replace(" \0(0)", "")
            .replaceFirst(" \\(Do not use .*\\)$", "")
            .replaceFirst("\\.$", "");
    return "not valid YAML: "
        + problem
        + (context.isEmpty() ? "" : " " + context)
        + "."
        + (hint.isEmpty() ? "" : " " + hint);
  }

  static String explain(ReaderException error) {
    return "not valid YAML: the character U+%04X is not allowed. Remove it, or write it as an escape in double quotes."
        .formatted(error.getCodePoint());
  }

  private static String hint(String problem, String context) {
    if (problem.contains("mapping values are not allowed")) {
      return "Check the indentation; a value that contains ': ' must be quoted.";
    }
    if (context.contains("alias")) {
      return "A value that begins with '*' must be quoted.";
    }
    if (context.contains("anchor")) {
      return "A value that begins with '&' must be quoted.";
    }
    if (context.contains("flow")) {
      return "Close the bracket; inside {...} and [...] a value that contains any of {}[], must be quoted, for"
          + " example \"${env:NAME}\".";
    }
    if (problem.contains("cannot start any token")) {
      return "A value that begins with this character must be quoted.";
    }
    if (context.contains("quoted scalar")) {
      return "A quote is not closed.";
    }
    return "Check the indentation of this line and of those above.";
  }
}
