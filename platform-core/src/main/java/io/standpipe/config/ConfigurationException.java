package io.standpipe.config;

import io.standpipe.spi.StandpipeException;
import java.util.List;

/** The configuration cannot be used. Carries all problems; nothing has run. */
public final class ConfigurationException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf makes a serializable list.
  private final List<Problem> problems;

  /** With the problems in the order in which they shall be shown. */
  public ConfigurationException(List<Problem> problems) {
    super(report(problems), null);
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, at least one. */
  public List<Problem> problems() {
    return problems;
  }

  private static String report(List<Problem> problems) {
    StringBuilder text = new StringBuilder();
    text.append(problems.size()).append(problems.size() == 1 ? " problem" : " problems");
    text.append(" in the configuration:");
    for (Problem problem : problems) {
      text.append('\n').append(problem);
    }
    return text.toString();
  }
}
