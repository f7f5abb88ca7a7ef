package io.standpipe.spi;

import java.util.Objects;

/**
 * A storage could not do what it was asked. The message says what failed and what to do next; the
 * platform puts the storage's name and type before it. Never put a secret into it.
 */
public class ConnectorException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  /**
   * @param problem what failed and why, without a full stop, for example {@code cannot open table
   *     'x': not found}
   * @param remedy what to do next, a full sentence
   * @param cause the technology's own exception, or null if there is none
   */
  public ConnectorException(String problem, String remedy, Throwable cause) {
    super(problem + ". " + remedy, cause);
    this.remedy = Objects.requireNonNull(remedy, "remedy");
  }

  /** As {@link #ConnectorException(String, String, Throwable)} without a cause. */
  public ConnectorException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  /** What to do next. */
  public String remedy() {
    return remedy;
  }
}
