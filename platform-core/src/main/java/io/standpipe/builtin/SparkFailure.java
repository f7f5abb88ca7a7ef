package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Turns what Spark and Hadoop throw into {@link ConnectorException}s. Both throw checked exceptions
 * that their signatures do not name, so every call into them goes through here.
 */
final class SparkFailure {
  /** The rules of {@code errors.tsv}. */
  static final ErrorClassifier CLASSIFIER = new Rules();

  private SparkFailure() {}

  /**
   * Calls Spark.
   *
   * @param action what is done to what, for messages: {@code read '/data/a.csv'}
   */
  static <T> T guard(String action, Callable<T> call) {
    try {
      return call.call();
    } catch (ConnectorException e) {
      throw e;
    } catch (Exception e) {
      throw of(action, e);
    }
  }

  private static ConnectorException of(String action, Exception error) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable root = error;
    Optional<ErrorRule> rule = Optional.empty();
    for (Throwable next = error; next != null && seen.add(next); next = next.getCause()) {
      rule = rule.isPresent() ? rule : CLASSIFIER.classify(next);
      root = next.getMessage() == null ? root : next;
    }
    String hint = rule.map(ErrorRule::hint).filter(text -> !text.isEmpty()).orElse(UNKNOWN_HINT);
    return new ConnectorException("cannot " + action + ": " + reason(root), hint, error);
  }

  private static final String UNKNOWN_HINT = "See the cause for details.";

  private static String reason(Throwable root) {
    String text = root.getMessage() == null ? root.toString() : root.getMessage();
    String line = text.strip().lines().findFirst().orElse(root.toString());
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  /** Read on first use: most commands never see an error. */
  private static final class Rules implements ErrorClassifier {
    private static final class Loaded {
      static final ErrorClassifier RULES = ErrorClassifier.of(rules());

      private static List<ErrorRule> rules() {
        return ErrorClassifier.rules(SparkFailure.class, "errors.tsv");
      }
    }

    @Override
    public Optional<ErrorRule> classify(Throwable error) {
      return Loaded.RULES.classify(error);
    }
  }
}
