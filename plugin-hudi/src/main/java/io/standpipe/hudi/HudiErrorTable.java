package io.standpipe.hudi;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Hudi's errors mean: the rows of {@code errors.tsv}. Hudi wraps nearly everything, and its
 * wrappers ({@code HoodieUpsertException}, {@code HoodieIOException} and the like) decide nothing:
 * they are not in the table, so that their cause does.
 */
final class HudiErrorTable {
  static final List<ErrorRule> RULES = ErrorClassifier.rules(HudiFactory.class, "errors.tsv");
  static final ErrorClassifier CLASSIFIER = ErrorClassifier.of(RULES);

  private HudiErrorTable() {}

  /** The first rule about the error or one of its causes, outermost first. */
  static Optional<Match> find(Throwable error) {
    List<Throwable> causes = causes(error);
    return causes.stream()
        .flatMap(link -> CLASSIFIER.classify(link).stream())
        .findFirst()
        .map(rule -> new Match(rule, innermost(rule, causes)));
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
}
