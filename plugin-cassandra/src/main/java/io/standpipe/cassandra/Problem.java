package io.standpipe.cassandra;

import io.standpipe.spi.ConnectorException;
import java.util.List;
import java.util.stream.Collectors;

/** Turns what Cassandra, its driver and Spark throw into messages that say what to do next. */
final class Problem {
  private static final int LONGEST_MESSAGE = 500;
  private static final String SEE_CAUSE = "Repair what the cause names, then run again.";

  private Problem() {}

  /** What the connector itself does not do: it will not do it next time either. */
  static final class Refusal extends ConnectorException {
    private static final long serialVersionUID = 1L;

    Refusal(String problem, String remedy) {
      super(problem, remedy);
    }
  }

  /**
   * The error of an action.
   *
   * @param action what was tried, for example {@code append to Cassandra table 'sales.orders'}
   */
  static ConnectorException of(String action, Throwable error) {
    if (error instanceof ConnectorException known) {
      return known;
    }
    return CassandraErrorTable.find(error)
        .map(match -> failed(action, match.innermost(), match.rule().hint(), error))
        .orElseGet(() -> failed(action, last(error), "", error));
  }

  private static ConnectorException failed(
      String action, Throwable reason, String hint, Throwable error) {
    String why = CassandraErrorTable.refusedTls(error).orElseGet(() -> message(reason));
    return new ConnectorException(
        "cannot " + action + ": " + why, hint.isEmpty() ? SEE_CAUSE : hint, error);
  }

  private static Throwable last(Throwable error) {
    List<Throwable> causes = CassandraErrorTable.causes(error);
    return causes.get(causes.size() - 1);
  }

  private static String message(Throwable error) {
    String text = error.getMessage();
    return text == null || text.isBlank() ? error.getClass().getSimpleName() : summary(text);
  }

  /** The first paragraph of a message as one line, bounded, without a full stop. */
  static String summary(String message) {
    String line =
        message
            .strip()
            .lines()
            .map(String::strip)
            .takeWhile(text -> !text.isEmpty() && !text.startsWith("at "))
            .collect(Collectors.joining(" "));
    if (line.length() > LONGEST_MESSAGE) {
      return line.substring(0, LONGEST_MESSAGE) + "...";
    }
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
