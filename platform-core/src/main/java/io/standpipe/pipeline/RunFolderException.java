package io.standpipe.pipeline;

import io.standpipe.spi.StandpipeException;

/** A file in the folder of a run cannot be read or written. */
public final class RunFolderException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what cannot be done with which file, without a full stop
   * @param remedy what to do next, a sentence
   */
  public RunFolderException(String problem, String remedy, Exception cause) {
    super(problem + ": " + reason(cause) + ". " + remedy, cause);
  }

  /** With the class: the message of many is only a path. */
  private static String reason(Exception cause) {
    return cause.toString().lines().findFirst().orElse("").replaceAll("\\.$", "");
  }
}
