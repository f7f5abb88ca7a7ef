package io.standpipe.delta;

import io.standpipe.spi.ConnectorException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Turns what Delta and Spark throw into messages that say what failed, why, and what to do next.
 */
final class Problem {
  private static final int LONGEST_MESSAGE = 500;
  private static final String SEE_CAUSE =
      "Nothing was committed. Repair what the cause names, then run again.";

  private Problem() {}

  /** What the connector itself does not do: it will not do it next time either. */
  static final class Refusal extends ConnectorException {
    private static final long serialVersionUID = 1L;

    Refusal(String problem, String remedy) {
      super(problem, remedy);
    }

    Refusal(String problem, String remedy, Throwable cause) {
      super(problem, remedy, cause);
    }
  }

  /**
   * The error of an action.
   *
   * @param action what was tried, for example {@code append to Delta table '/data/sales'}
   */
  static ConnectorException of(String action, Throwable error) {
    if (error instanceof ConnectorException known) {
      return known;
    }
    return DeltaErrorTable.find(error)
        .map(match -> failed(action, match.innermost(), match.rule().hint(), error))
        .orElseGet(() -> failed(action, last(error), "", error));
  }

  private static ConnectorException failed(
      String action, Throwable reason, String hint, Throwable error) {
    return new ConnectorException(
        "cannot " + action + ": " + message(reason), hint.isEmpty() ? SEE_CAUSE : hint, error);
  }

  private static Throwable last(Throwable error) {
    List<Throwable> causes = DeltaErrorTable.causes(error);
    return causes.get(causes.size() - 1);
  }

  private static String message(Throwable error) {
    String text = error.getMessage();
    if (text == null || text.isBlank()) {
      return error.getClass().getSimpleName();
    }
    return summary(text);
  }

  /** The first paragraph of a message as one line, bounded, without a full stop. */
  static String summary(String message) {
    String line =
        message
            .strip()
            .lines()
            .map(String::strip)
            .takeWhile(text -> !text.isEmpty() && !text.startsWith("at ") && !isAdvice(text))
            .collect(Collectors.joining(" "));
    if (line.length() > LONGEST_MESSAGE) {
      return line.substring(0, LONGEST_MESSAGE) + "...";
    }
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  /** Delta advises on options that are not ours. */
  private static boolean isAdvice(String line) {
    return line.startsWith("To enable schema migration using DataFrameWriter")
        || line.startsWith("Please use other characters");
  }
}
