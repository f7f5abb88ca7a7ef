package io.standpipe.dynamodb;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import java.util.List;
import java.util.Optional;

/** What the errors of DynamoDB mean: the rows of {@code errors.tsv}. */
final class ErrorTable {
  static final List<ErrorRule> RULES = ErrorClassifier.rules(DynamoDbFactory.class, "errors.tsv");
  static final ErrorClassifier CLASSIFIER = ErrorClassifier.of(RULES);

  private ErrorTable() {}

  /** What to do about an error with this message; empty if nothing is known. */
  static String hint(String message) {
    return rule(message).map(ErrorRule::hint).orElse("");
  }

  /** Whether a request that failed so may succeed when it is repeated. */
  static boolean repeatable(RequestFailure failure) {
    return rule(failure.getMessage())
        .filter(rule -> rule.verdict() == Verdict.TRANSIENT || rule.verdict() == Verdict.THROTTLED)
        .isPresent();
  }

  static boolean throttled(RequestFailure failure) {
    return rule(failure.getMessage())
        .filter(rule -> rule.verdict() == Verdict.THROTTLED)
        .isPresent();
  }

  private static Optional<ErrorRule> rule(String message) {
    return CLASSIFIER.classify(new IllegalStateException(message));
  }
}
