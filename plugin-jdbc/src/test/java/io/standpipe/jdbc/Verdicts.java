package io.standpipe.jdbc;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.Verdict;

/** The verdict on an error. */
final class Verdicts {
  private static final ErrorClassifier CLASSIFIER = new JdbcFactory().errorClassifier();

  private Verdicts() {}

  /** The first one on the way through the causes, as the platform finds it. */
  static Verdict of(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      var rule = CLASSIFIER.classify(cause);
      if (rule.isPresent()) {
        return rule.get().verdict();
      }
    }
    return Verdict.UNKNOWN;
  }
}
