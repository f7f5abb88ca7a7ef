package io.standpipe.delta;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Delta's errors mean: the rows of {@code errors.tsv}. Rules name exception classes by their
 * simple names, so a row is about both hierarchies, {@code io.delta.exceptions} and {@code
 * org.apache.spark.sql.delta}.
 */
final class DeltaErrorTable {
  static final List<ErrorRule> RULES = ErrorClassifier.rules(DeltaFactory.class, "errors.tsv");
  static final ErrorClassifier CLASSIFIER = classifier();

  private DeltaErrorTable() {}

  private static ErrorClassifier classifier() {
    ErrorClassifier table = ErrorClassifier.of(RULES);
    return error -> table.classify(readable(error));
  }

  /** The first rule about the error or one of its causes, outermost first. */
  static Optional<Match> find(Throwable error) {
    List<Throwable> causes = causes(error);
    for (Throwable link : causes) {
      Optional<ErrorRule> rule = CLASSIFIER.classify(link);
      if (rule.isPresent()) {
        return Optional.of(new Match(rule.get(), innermost(rule.get(), causes)));
      }
    }
    return Optional.empty();
  }

  /** Spark repeats a task's message in each of its wrappers; the innermost says it best. */
  private static Throwable innermost(ErrorRule rule, List<Throwable> causes) {
    return causes.stream()
        .filter(link -> CLASSIFIER.classify(link).filter(rule::equals).isPresent())
        .reduce((outer, inner) -> inner)
        .orElseThrow();
  }

  /** The error and its causes, outermost first. */
  static List<Throwable> causes(Throwable error) {
    List<Throwable> links = new ArrayList<>();
    for (Throwable link = error; link != null && !links.contains(link); link = link.getCause()) {
      links.add(link);
    }
    return links;
  }

  /** A rule and the innermost exception that it is about. */
  record Match(ErrorRule rule, Throwable innermost) {}

  /**
   * A failed commit says by two flags, not by its class or message, what it means. The exception
   * may come from another class loader, hence the reflection.
   */
  private static Throwable readable(Throwable error) {
    if (!error.getClass().getSimpleName().equals("CommitFailedException")) {
      return error;
    }
    try {
      Object retryable = error.getClass().getMethod("getRetryable").invoke(error);
      Object conflict = error.getClass().getMethod("getConflict").invoke(error);
      return new CommitFailedException("retryable=" + retryable + " conflict=" + conflict);
    } catch (ReflectiveOperationException notDelta) {
      return error;
    }
  }

  /** Stands for the exception of the same name, with its flags in the message. */
  private static final class CommitFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommitFailedException(String flags) {
      super(flags);
    }
  }
}
