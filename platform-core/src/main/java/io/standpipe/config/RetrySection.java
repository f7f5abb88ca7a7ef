package io.standpipe.config;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.PositiveOrZero;

/**
 * When and how often something that failed is repeated. The waits are exponential with jitter, so
 * that many who failed together do not come back together.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">the
 *     reasons for full jitter</a>
 */
@Description("How what failed is repeated.")
public record RetrySection(
    @Description("How often it is tried, the first time included; 1 repeats nothing.")
        @Default("5")
        @Min(1)
        @Max(100)
        int attempts,
    @Description(
            "The longest wait before the first repeat. It doubles with each further one. At least 1 s for a storage that asks for less.")
        @Default("500ms")
        @PositiveOrZero
        Duration baseDelay,
    @Description("What the longest wait grows to.") @Default("30s") @PositiveOrZero
        Duration maxDelay,
    @Description(
            "What part of the longest wait is left to chance: full is any wait up to it, equal is at least its half.")
        @Default("full")
        Jitter jitter,
    @Description(
            "No repeat begins later than this after the first try began. A wait that would last longer is cut.")
        @Default("10m")
        @PositiveOrZero
        Duration within,
    @Description(
            "How many repeats the storage is asked for in a row, by all steps together. Ten calls that succeed give one back.")
        @Default("20")
        @Min(0)
        int budget,
    @Description(
            "Other attempts and waits by the kind of error: transient, throttled, conflict, ambiguous or unknown, which is otherwise repeated once.")
        Map<String, ByVerdict> byVerdict) {

  private static final List<Verdict> REPEATED =
      List.of(
          Verdict.TRANSIENT,
          Verdict.THROTTLED,
          Verdict.CONFLICT,
          Verdict.AMBIGUOUS,
          Verdict.UNKNOWN);

  /** The kind of what is otherwise repeated once only. */
  static final String UNKNOWN = Verdict.UNKNOWN.id();

  /** A storage that asks for less is given more time: AWS SDKs begin at a second, too. */
  private static final Duration THROTTLED_DELAY = Duration.ofSeconds(1);

  /** What is not in any error table is repeated once. */
  private static final int UNKNOWN_ATTEMPTS = 2;

  /** What part of a wait is left to chance. */
  public enum Jitter {
    /** Any wait up to the longest one. */
    FULL,
    /** At least half of the longest wait. */
    EQUAL
  }

  /** What is different after errors of one kind. */
  @Description("What is different after errors of one kind.")
  public record ByVerdict(
      @Description("How often it is tried, the first time included.") @Min(1) @Max(100)
          Optional<Integer> attempts,
      @Description("The longest wait before the first repeat.") @PositiveOrZero
          Optional<Duration> baseDelay) {

    /** This, and for what it does not say the other one. */
    ByVerdict over(ByVerdict under) {
      return new ByVerdict(attempts.or(under::attempts), baseDelay.or(under::baseDelay));
    }
  }

  public RetrySection {
    requireGrowth(baseDelay, maxDelay);
    byVerdict = Map.copyOf(byVerdict);
    requireKnown(byVerdict.keySet());
  }

  static void requireGrowth(Duration baseDelay, Duration maxDelay) {
    if (maxDelay.compareTo(baseDelay) < 0) {
      throw new IllegalArgumentException(
          "maxDelay must not be shorter than baseDelay, " + baseDelay + ", but is " + maxDelay);
    }
  }

  static void requireKnown(Set<String> kinds) {
    List<String> known = REPEATED.stream().map(Verdict::id).toList();
    for (String key : kinds) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "'byVerdict' has '" + key + "'. " + Suggestions.sentence(key, known, "kinds"));
      }
    }
  }

  /** How often something is tried whose last error was of this kind: 1 for what is not repeated. */
  public int attempts(Verdict verdict) {
    if (!REPEATED.contains(verdict)) {
      return 1;
    }
    return own(verdict)
        .flatMap(ByVerdict::attempts)
        .orElse(verdict == Verdict.UNKNOWN ? Math.min(UNKNOWN_ATTEMPTS, attempts) : attempts);
  }

  /**
   * The longest wait before a repeat.
   *
   * @param failures how often it has failed so far, from 1
   */
  public Duration longestDelay(Verdict verdict, int failures) {
    Duration base =
        own(verdict)
            .flatMap(ByVerdict::baseDelay)
            .orElse(verdict == Verdict.THROTTLED ? longer(baseDelay, THROTTLED_DELAY) : baseDelay);
    Duration grown = base.multipliedBy(1L << Math.min(failures - 1, 30)); // 1 ms becomes 12 days
    Duration limit = longer(maxDelay, base);
    return grown.compareTo(limit) > 0 ? limit : grown;
  }

  private Optional<ByVerdict> own(Verdict verdict) {
    return Optional.ofNullable(byVerdict.get(verdict.id()));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
