package io.standpipe.config;

import io.standpipe.config.RetrySection.ByVerdict;
import io.standpipe.config.RetrySection.Jitter;
import io.standpipe.spi.Description;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.PositiveOrZero;

/**
 * What is different about the repeats of one step. What it does not say is as the storage says that
 * fails, whose budget pays in any case.
 *
 * <pre>{@code
 * StepRetrySection.NONE.attempts(10).within(Duration.ofHours(1))
 * }</pre>
 */
@Description("What is different about the repeats of one step.")
@Elsewhere(
    key = "budget",
    hint =
        "It belongs to a storage, for all steps together: set 'resilience.retry.budget' of the storage.")
public record StepRetrySection(
    @Description("How often it is tried, the first time included; 1 repeats nothing.")
        @Min(1)
        @Max(100)
        Optional<Integer> attempts,
    @Description("The longest wait before the first repeat. It doubles with each further one.")
        @PositiveOrZero
        Optional<Duration> baseDelay,
    @Description("What the longest wait grows to.") @PositiveOrZero Optional<Duration> maxDelay,
    @Description(
            "What part of the longest wait is left to chance: full is any wait up to it, equal is at least its half.")
        Optional<Jitter> jitter,
    @Description("No repeat begins later than this after the first try began.") @PositiveOrZero
        Optional<Duration> within,
    @Description(
            "Other attempts and waits by the kind of error: transient, throttled, conflict, ambiguous or unknown.")
        Map<String, ByVerdict> byVerdict) {
  /** Nothing is different. */
  public static final StepRetrySection NONE =
      new StepRetrySection(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  /**
   * @throws IllegalArgumentException if the longest wait would shrink, or a kind of error is not
   *     known
   */
  public StepRetrySection {
    if (baseDelay.isPresent() && maxDelay.isPresent()) {
      RetrySection.requireGrowth(baseDelay.get(), maxDelay.get());
    }
    byVerdict = Map.copyOf(byVerdict);
    RetrySection.requireKnown(byVerdict.keySet());
  }

  /** The same, tried so often. */
  public StepRetrySection attempts(int tries) {
    return new StepRetrySection(Optional.of(tries), baseDelay, maxDelay, jitter, within, byVerdict);
  }

  /** The same, with these longest waits before the first and the last repeat. */
  public StepRetrySection delays(Duration base, Duration longest) {
    return new StepRetrySection(
        attempts, Optional.of(base), Optional.of(longest), jitter, within, byVerdict);
  }

  /** The same, with no repeat later than this. */
  public StepRetrySection within(Duration time) {
    return new StepRetrySection(
        attempts, baseDelay, maxDelay, jitter, Optional.of(time), byVerdict);
  }

  /**
   * The same, with other attempts and waits after errors of a kind, for example {@code conflict}.
   */
  public StepRetrySection after(String kind, ByVerdict different) {
    Map<String, ByVerdict> kinds = new LinkedHashMap<>(byVerdict);
    kinds.put(kind, different);
    return new StepRetrySection(attempts, baseDelay, maxDelay, jitter, within, kinds);
  }

  /**
   * The settings of a storage with what is different put over them, kind by kind, too. If only one
   * of the longest waits is given, the other one gives way.
   */
  public RetrySection over(RetrySection storage) {
    Duration base = baseDelay.orElse(storage.baseDelay());
    Duration longest = maxDelay.orElse(storage.maxDelay());
    if (longest.compareTo(base) < 0) {
      base = maxDelay.orElse(base);
      longest = base;
    }
    Map<String, ByVerdict> kinds = new LinkedHashMap<>(storage.byVerdict());
    if (attempts.isPresent()) { // then of every kind that the step does not name
      kinds.replaceAll((kind, its) -> new ByVerdict(attempts, its.baseDelay()));
      kinds.putIfAbsent(RetrySection.UNKNOWN, new ByVerdict(attempts, Optional.empty()));
    }
    byVerdict.forEach((kind, own) -> kinds.merge(kind, own, (under, over) -> over.over(under)));
    return new RetrySection(
        attempts.orElse(storage.attempts()),
        base,
        longest,
        jitter.orElse(storage.jitter()),
        within.orElse(storage.within()),
        storage.budget(),
        kinds);
  }
}
