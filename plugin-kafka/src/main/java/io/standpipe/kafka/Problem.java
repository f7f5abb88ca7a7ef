package io.standpipe.kafka;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns what Kafka, its clients and Spark throw into messages that say what to do next. */
final class Problem {
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
   * @param action what was tried, for example {@code append to topic 'clicks'}
   */
  static ConnectorException of(String action, Throwable error) {
    if (error instanceof ConnectorException known) {
      return known;
    }
    List<Throwable> causes = causes(error);
    Throwable reason = causes.get(causes.size() - 1);
    String remedy = SEE_CAUSE;
    for (Throwable link : causes) {
      Optional<ErrorRule> rule = ErrorTable.CLASSIFIER.classify(link);
      if (rule.isPresent()) {
        reason = link;
        remedy = rule.get().hint().isEmpty() ? SEE_CAUSE : rule.get().hint();
        break;
      }
    }
    return new ConnectorException("cannot " + action + ": " + message(reason), remedy, error);
  }

  private static List<Throwable> causes(Throwable error) {
    List<Throwable> links = new ArrayList<>();
    for (Throwable link = error; link != null && !links.contains(link); link = link.getCause()) {
      links.add(link);
    }
    return links;
  }

  /** The first line, with the kind of error where that alone says something. */
  private static String message(Throwable error) {
    String kind = error.getClass().getSimpleName();
    String line = String.valueOf(error.getMessage()).strip().lines().findFirst().orElse("");
    String text = line.isEmpty() || line.equals("null") ? kind : kind + ": " + line;
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
