package io.standpipe.cassandra;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the errors of Cassandra and its driver mean: the rows of {@code errors.tsv}. */
final class CassandraErrorTable {
  static final List<ErrorRule> RULES = ErrorClassifier.rules(CassandraFactory.class, "errors.tsv");
  private static final ErrorClassifier TABLE = ErrorClassifier.of(RULES);
  static final ErrorClassifier CLASSIFIER = error -> TABLE.classify(readable(error));

  /** By code: org.apache.cassandra.exceptions.RequestFailureReason, Cassandra 5.0. */
  private static final List<String> REASONS =
      List.of(
          "UNKNOWN",
          "READ_TOO_MANY_TOMBSTONES",
          "TIMEOUT",
          "INCOMPATIBLE_SCHEMA",
          "READ_SIZE",
          "NODE_DOWN",
          "INDEX_NOT_AVAILABLE",
          "READ_TOO_MANY_INDEXES");

  private CassandraErrorTable() {}

  /** A rule and the innermost exception that it is about. */
  record Match(ErrorRule rule, Throwable innermost) {}

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

  /**
   * Some exceptions say what they mean by values, not by class or message. They may come from
   * another class loader, hence the reflection.
   */
  private static Throwable readable(Throwable error) {
    try {
      return switch (error.getClass().getSimpleName()) {
        case "ReadFailureException" -> new ReadFailureException(reasons(error));
        case "WriteFailureException" -> new WriteFailureException(reasons(error));
        case "AllNodesFailedException" -> new AllNodesFailedException("worst: " + worst(error));
        default -> error;
      };
    } catch (ReflectiveOperationException notTheDriver) {
      return error;
    }
  }

  private static String reasons(Throwable error) throws ReflectiveOperationException {
    TreeSet<String> names = new TreeSet<>();
    for (Object code : ((Map<?, ?>) call(error, "getReasonMap")).values()) {
      int number = (Integer) code;
      names.add(number < REASONS.size() ? REASONS.get(number) : "UNKNOWN");
    }
    return "reasons: " + (names.isEmpty() ? "UNKNOWN" : String.join(" ", names));
  }

  /**
   * Why one side refused the certificate, the protocol or the ciphers of the other, if that is it.
   * The driver tells it in causes of the errors of nodes.
   */
  static Optional<String> refusedTls(Throwable error) {
    return causes(error).stream()
        .filter(link -> link.getClass().getSimpleName().equals("AllNodesFailedException"))
        .flatMap(link -> ofNodes(link).stream())
        .flatMap(node -> causes(node).stream())
        .filter(link -> link.getClass().getSimpleName().equals("SSLHandshakeException"))
        .map(link -> "TLS fails: " + link.getMessage())
        .findFirst();
  }

  /** One error that lasts decides; one request that may have been applied comes next. */
  private static String worst(Throwable error) {
    if (refusedTls(error).isPresent()) {
      return "TLS";
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (Throwable node : ofNodes(error)) {
      find(node).map(match -> match.rule().verdict()).ifPresent(verdicts::add);
    }
    return List.of(Verdict.PERMANENT, Verdict.AMBIGUOUS, Verdict.THROTTLED).stream()
        .filter(verdicts::contains)
        .findFirst()
        .orElse(Verdict.TRANSIENT)
        .name();
  }

  private static List<Throwable> ofNodes(Throwable error) {
    try {
      List<Throwable> errors = new ArrayList<>();
      for (Object ofNode : ((Map<?, ?>) call(error, "getAllErrors")).values()) {
        ((Collection<?>) ofNode).forEach(each -> errors.add((Throwable) each));
      }
      return errors;
    } catch (ReflectiveOperationException notTheDriver) {
      return List.of();
    }
  }

  private static Object call(Throwable error, String method) throws ReflectiveOperationException {
    return error.getClass().getMethod(method).invoke(error);
  }

  /** Stands for the exception of the same name, with its reasons in the message. */
  private static final class ReadFailureException extends Exception {
    private static final long serialVersionUID = 1L;

    ReadFailureException(String reasons) {
      super(reasons);
    }
  }

  /** Stands for the exception of the same name, with its reasons in the message. */
  private static final class WriteFailureException extends Exception {
    private static final long serialVersionUID = 1L;

    WriteFailureException(String reasons) {
      super(reasons);
    }
  }

  /** Stands for the exception of the same name, with the worst of its errors in the message. */
  private static final class AllNodesFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    AllNodesFailedException(String worst) {
      super(worst);
    }
  }
}
