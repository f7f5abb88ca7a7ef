package io.standpipe.repository;

import java.util.List;

/** Several problems in one message. */
final class Problems {
  private Problems() {}

  /** One behind the colon, several on a line each, and then what to do next. */
  static String list(List<String> problems, String remedy) {
    if (problems.size() == 1) {
      return " " + ended(problems.get(0)) + " " + remedy;
    }
    String lines = String.join("\n", problems.stream().map(p -> "- " + ended(p)).toList());
    return "\n" + lines + "\n" + remedy;
  }

  private static String ended(String problem) {
    return problem.endsWith(".") || problem.endsWith("?") ? problem : problem + ".";
  }
}
