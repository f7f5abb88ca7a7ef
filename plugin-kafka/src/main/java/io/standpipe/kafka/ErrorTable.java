package io.standpipe.kafka;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import java.util.List;

/** What the errors of Kafka and its clients mean: the rows of {@code errors.tsv}. */
final class ErrorTable {
  static final List<ErrorRule> RULES = ErrorClassifier.rules(KafkaFactory.class, "errors.tsv");
  static final ErrorClassifier CLASSIFIER = ErrorClassifier.of(RULES);

  private ErrorTable() {}
}
