package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.RetrySection.ByVerdict;
import io.standpipe.config.RetrySection.Jitter;
import io.standpipe.spi.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a step says about repeats, over what a storage says. */
class StepRetrySectionTest {
  private static final Optional<Integer> UNSAID = Optional.empty();
  private static final RetrySection STORAGE =
      new RetrySection(
          7,
          Duration.ofSeconds(2),
          Duration.ofSeconds(8),
          Jitter.EQUAL,
          Duration.ofMinutes(3),
          9,
          Map.of("conflict", new ByVerdict(Optional.of(20), Optional.of(Duration.ofMillis(50)))));

  @Test
  void over_nothingSaid_isTheStorages() {
    assertThat(StepRetrySection.NONE.over(STORAGE)).isEqualTo(STORAGE);
  }

  @Test
  void over_someSaid_changesOnlyThat() {
    RetrySection merged =
        StepRetrySection.NONE
            .attempts(3)
            .after("conflict", new ByVerdict(Optional.of(4), Optional.empty()))
            .after("unknown", new ByVerdict(Optional.of(1), Optional.empty()))
            .over(STORAGE);

    assertThat(merged)
        .isEqualTo(
            new RetrySection(
                3,
                STORAGE.baseDelay(),
                STORAGE.maxDelay(),
                Jitter.EQUAL,
                STORAGE.within(),
                9,
                Map.of(
                    "conflict", new ByVerdict(Optional.of(4), Optional.of(Duration.ofMillis(50))),
                    "unknown", new ByVerdict(Optional.of(1), Optional.empty()))));
  }

  @Test
  void over_attemptsSaid_holdForEveryKind() {
    RetrySection merged = StepRetrySection.NONE.attempts(10).over(STORAGE);

    for (Verdict each : List.of(Verdict.TRANSIENT, Verdict.CONFLICT, Verdict.UNKNOWN)) {
      assertThat(merged.attempts(each)).isEqualTo(10);
    }
    assertThat(merged.longestDelay(Verdict.CONFLICT, 1)).isEqualTo(Duration.ofMillis(50));
    assertThat(merged.attempts(Verdict.DATA)).isOne();
  }

  @Test
  void over_oneDelaySaid_theOtherGivesWay() {
    StepRetrySection longer =
        new StepRetrySection(
            UNSAID,
            Optional.of(Duration.ofMinutes(1)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of());
    StepRetrySection shorter =
        new StepRetrySection(
            UNSAID,
            Optional.empty(),
            Optional.of(Duration.ofMillis(1)),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    assertThat(longer.over(STORAGE).maxDelay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(shorter.over(STORAGE).baseDelay()).isEqualTo(Duration.ofMillis(1));
  }
}
