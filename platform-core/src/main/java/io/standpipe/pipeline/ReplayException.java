package io.standpipe.pipeline;

import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.spi.StandpipeException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Dead letters could not be replayed; those that were replayed before are where they belong. */
public final class ReplayException extends StandpipeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what cannot be done with which letters, without a full stop
   * @param failure with an error that names its storage
   * @param remedy what to do next, a sentence
   */
  ReplayException(String problem, GivenUp failure, String remedy) {
    super(
        Stream.of(
                problem + ":",
                sentence(failure.error()),
                failure.diagnosis().hint(),
                failure.end(),
                remedy)
            .distinct()
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" ")),
        failure.error());
  }

  private static String sentence(Throwable error) {
    String text = String.valueOf(error.getMessage()).strip();
    return text.endsWith(".") ? text : text + ".";
  }
}
