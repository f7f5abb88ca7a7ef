package io.standpipe.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.BreakerSection;
import io.standpipe.config.ResilienceSection;
import io.standpipe.config.RetrySection;
import io.standpipe.config.RetrySection.Jitter;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is repeated, when, how often, and when a storage is left alone. */
class ResilienceTest {
  private static final RetrySection RETRY =
      new RetrySection(
          4,
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          Jitter.FULL,
          Duration.ofMinutes(5),
          100,
          Map.of());
  private static final BreakerSection NO_BREAKER =
      new BreakerSection(false, Duration.ofMinutes(1), 5, 0.5, Duration.ofSeconds(30), 1);
  private static final BreakerSection BREAKER =
      new BreakerSection(true, Duration.ofMinutes(1), 5, 0.5, Duration.ofSeconds(30), 1);

  private final Storage target = storage("target");
  private final Storage source = storage("source");
  private final Time time = new Time();
  private final List<Call.Repeat> repeats = new ArrayList<>();

  /** A clock that waits move on. */
  private static final class Time extends Clock {
    private Instant now = Instant.parse("2001-02-03T04:05:06Z");

    void pass(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** An error whose message is {@code storage VERDICT}, with {@code once} after it. */
  private static Storage storage(String name) {
    List<ErrorRule> rules =
        Arrays.stream(Verdict.values())
            .filter(verdict -> verdict != Verdict.UNKNOWN)
            .flatMap(
                verdict ->
                    Stream.of(
                        new ErrorRule(
                            "message:" + name + " " + verdict + " once", verdict, true, "", ""),
                        new ErrorRule("message:" + name + " " + verdict, verdict, "", "")))
            .toList();
    ClassLoader loader = ResilienceTest.class.getClassLoader();
    return new Storage(name, "test", new Connector() {}, ErrorClassifier.of(rules), loader);
  }

  private Resilience resilience(RetrySection retry, BreakerSection breaker) {
    ResilienceSection section = new ResilienceSection(retry, breaker, 16);
    return new Resilience(Map.of("target", section, "source", section), section, time, time::pass);
  }

  /** Fails with these messages one after the other, then succeeds. */
  private class Failing implements Call<String> {
    private final List<String> messages;
    private Optional<String> unrepeatable = Optional.empty();
    private int runs;

    Failing(String... messages) {
      this.messages = List.of(messages);
    }

    @Override
    public String run(int attempt) throws Exception {
      runs++;
      assertThat(attempt).isEqualTo(runs);
      if (runs <= messages.size()) {
        throw new Exception(messages.get(runs - 1));
      }
      return "done";
    }

    @Override
    public Collection<Storage> storages() {
      return List.of(target, source);
    }

    @Override
    public Optional<String> unrepeatable() {
      return unrepeatable;
    }

    @Override
    public void repeating(Repeat repeat) {
      repeats.add(repeat);
    }
  }

  private static String[] times(int count, String message) {
    return IntStream.range(0, count).mapToObj(i -> message).toArray(String[]::new);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSIENT", "THROTTLED", "CONFLICT", "AMBIGUOUS"})
  void call_errorThatMayPass_isRepeated(Verdict verdict) {
    Failing call = new Failing("target " + verdict, "source " + verdict);

    Outcome<String> outcome = resilience(RETRY, NO_BREAKER).call(call);

    assertThat(outcome).isEqualTo(Outcome.of("done", 3));
    assertThat(repeats)
        .extracting(repeat -> repeat.diagnosis().verdict())
        .containsExactly(verdict, verdict);
    assertThat(repeats)
        .extracting(repeat -> repeat.diagnosis().storage())
        .containsExactly(Optional.of("target"), Optional.of("source"));
  }

  @ParameterizedTest
  @EnumSource(names = {"DATA", "PERMANENT"})
  void call_errorThatStays_isNotRepeated(Verdict verdict) {
    Outcome<String> outcome = resilience(RETRY, NO_BREAKER).call(new Failing("target " + verdict));

    assertThat(outcome.attempts()).isEqualTo(1);
    assertThat(outcome.failure().orElseThrow().error()).hasMessage("target " + verdict);
    assertThat(outcome.failure().orElseThrow().end()).isEmpty();
  }

  @Test
  void call_unknownError_isRepeatedOnce() {
    Outcome<String> outcome = resilience(RETRY, NO_BREAKER).call(new Failing(times(9, "no idea")));

    assertThat(outcome.attempts()).isEqualTo(2);
    assertThat(outcome.failure().orElseThrow().end()).matches("Tried 2 times in 0\\.\\d s\\.");
  }

  @Test
  void call_errorThatIsWorthOneRepeat_isRepeatedOnce() {
    Failing call = new Failing(times(9, "source TRANSIENT once"));

    assertThat(resilience(RETRY, NO_BREAKER).call(call).attempts()).isEqualTo(2);
  }

  @Test
  void call_attemptsAreUsedUp_lastErrorIsTheFailure() {
    Failing call =
        new Failing(
            "target TRANSIENT", "target CONFLICT", "source THROTTLED", "target TRANSIENT 4");

    Outcome<String> outcome = resilience(RETRY, NO_BREAKER).call(call);

    assertThat(outcome.attempts()).isEqualTo(4);
    assertThat(outcome.failure().orElseThrow().error()).hasMessage("target TRANSIENT 4");
    assertThat(outcome.failure().orElseThrow().end()).startsWith("Tried 4 times in ");
  }

  @Test
  void call_thatMustNotBeRepeated_runsOnceAndSaysWhy() {
    Failing call = new Failing("target TRANSIENT");
    call.unrepeatable = Optional.of("rows could come twice.");

    Outcome<String> outcome = resilience(RETRY, NO_BREAKER).call(call);

    assertThat(outcome.attempts()).isEqualTo(1);
    assertThat(outcome.failure().orElseThrow().end())
        .isEqualTo("Not repeated: rows could come twice.");
  }

  @Test
  void wait_fullJitter_isAnyUpToTheGrowingLongest() {
    List<List<Long>> waits = waits(Jitter.FULL, "target TRANSIENT");

    assertThat(waits.get(0)).allMatch(wait -> wait <= 100).anyMatch(wait -> wait < 25);
    assertThat(waits.get(1)).allMatch(wait -> wait <= 200).anyMatch(wait -> wait > 100);
    assertThat(waits.get(5)).allMatch(wait -> wait <= 2000).anyMatch(wait -> wait > 1600);
    assertThat(waits.get(8)).allMatch(wait -> wait <= 2000).anyMatch(wait -> wait > 1600);
  }

  @Test
  void wait_equalJitter_isAtLeastHalfOfTheLongest() {
    List<List<Long>> waits = waits(Jitter.EQUAL, "target TRANSIENT");

    assertThat(waits.get(0)).allMatch(wait -> wait >= 50 && wait <= 100);
    assertThat(waits.get(8)).allMatch(wait -> wait >= 1000 && wait <= 2000);
  }

  @Test
  void wait_storageThatAsksForLess_isLonger() {
    assertThat(waits(Jitter.EQUAL, "target THROTTLED").get(0))
        .allMatch(wait -> wait >= 500 && wait <= 1000);
  }

  /** The waits in milliseconds after the first, second ... failure, of 200 calls. */
  private List<List<Long>> waits(Jitter jitter, String message) {
    RetrySection retry =
        new RetrySection(
            10, RETRY.baseDelay(), RETRY.maxDelay(), jitter, Duration.ofDays(1), 10_000, Map.of());
    Resilience resilience = resilience(retry, NO_BREAKER);
    for (int i = 0; i < 200; i++) {
      resilience.call(new Failing(times(9, message)));
    }
    Map<Integer, List<Long>> byAttempt =
        repeats.stream()
            .collect(
                Collectors.groupingBy(
                    Call.Repeat::attempt,
                    Collectors.mapping(repeat -> repeat.delay().toMillis(), Collectors.toList())));
    return IntStream.rangeClosed(1, 9).mapToObj(byAttempt::get).toList();
  }

  @Test
  void call_timeForRepeatsIsOver_ends() {
    RetrySection retry =
        new RetrySection(
            100, Duration.ZERO, Duration.ZERO, Jitter.FULL, Duration.ofSeconds(10), 100, Map.of());
    Failing call =
        new Failing(times(99, "target TRANSIENT")) {
          @Override
          public String run(int attempt) throws Exception {
            time.pass(Duration.ofSeconds(4));
            return super.run(attempt);
          }
        };

    Outcome<String> outcome = resilience(retry, NO_BREAKER).call(call);

    assertThat(outcome.failure().orElseThrow().end())
        .isEqualTo("Tried 3 times in 12.0 s, which is all the time there is for repeats.");
  }

  @Test
  void call_waitThatWouldEndAfterTheTime_isCutSoThatTheLastRepeatBeginsAtTheLimit() {
    RetrySection retry =
        new RetrySection(
            100,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Jitter.EQUAL,
            Duration.ofSeconds(5),
            100,
            Map.of());
    Instant began = time.instant();
    List<Duration> begins = new ArrayList<>();
    Failing call =
        new Failing(times(99, "target TRANSIENT")) {
          @Override
          public String run(int attempt) throws Exception {
            begins.add(Duration.between(began, time.instant()));
            time.pass(Duration.ofSeconds(2));
            return super.run(attempt);
          }
        };

    Outcome<String> outcome = resilience(retry, NO_BREAKER).call(call);

    assertThat(begins).containsExactly(Duration.ZERO, Duration.ofSeconds(5));
    assertThat(repeats).extracting(Call.Repeat::delay).containsExactly(Duration.ofSeconds(3));
    assertThat(outcome.failure().orElseThrow().end())
        .isEqualTo("Tried 2 times in 7.0 s, which is all the time there is for repeats.");
  }

  @Test
  void call_breakerOpensAfterAFailure_noRepeatBeginsAfterTheTime() {
    RetrySection retry =
        new RetrySection(
            100,
            Duration.ZERO,
            Duration.ZERO,
            Jitter.FULL,
            Duration.ofMillis(30_050),
            100,
            Map.of());
    Resilience resilience = resilience(retry, BREAKER);
    Instant began = time.instant();
    List<Duration> begins = new ArrayList<>();
    Failing call =
        new Failing(times(99, "target TRANSIENT")) {
          @Override
          public String run(int attempt) throws Exception {
            begins.add(Duration.between(began, time.instant()));
            return super.run(attempt);
          }
        };

    Outcome<String> outcome = resilience.call(call);

    assertThat(begins).hasSize(6).allMatch(begin -> begin.toMillis() <= 30_050);
    assertThat(outcome.attempts()).isEqualTo(6);
    assertThat(Duration.between(began, time.instant())).isEqualTo(Duration.ofMillis(30_050));
  }

  @Test
  void call_budgetIsUsedUp_endsUntilCallsSucceed() {
    RetrySection retry =
        new RetrySection(
            3, Duration.ZERO, Duration.ZERO, Jitter.FULL, Duration.ofDays(1), 3, Map.of());
    Resilience resilience = resilience(retry, NO_BREAKER);

    assertThat(resilience.call(new Failing(times(9, "target TRANSIENT"))).attempts()).isEqualTo(3);
    assertThat(resilience.call(new Failing(times(9, "target TRANSIENT"))).attempts()).isEqualTo(2);
    Outcome<String> poor = resilience.call(new Failing(times(9, "target TRANSIENT")));
    assertThat(poor.attempts()).isEqualTo(1);
    assertThat(poor.failure().orElseThrow().end())
        .isEqualTo(
            "Tried once; the storage's budget of repeats is used up (resilience.retry.budget).");
    assertThat(resilience.call(new Failing("source TRANSIENT")).attempts())
        .as("another storage's")
        .isEqualTo(2);

    for (int i = 0; i < 10; i++) {
      resilience.call(new Failing());
    }
    assertThat(resilience.call(new Failing(times(9, "target TRANSIENT"))).attempts()).isEqualTo(2);
  }

  @Test
  void byVerdict_hasItsOwnAttempts() {
    RetrySection retry =
        new RetrySection(
            2,
            Duration.ZERO,
            Duration.ZERO,
            Jitter.FULL,
            Duration.ofDays(1),
            100,
            Map.of(
                "conflict", new RetrySection.ByVerdict(Optional.of(7), Optional.empty()),
                "unknown", new RetrySection.ByVerdict(Optional.of(1), Optional.empty())));
    Resilience resilience = resilience(retry, NO_BREAKER);

    assertThat(resilience.call(new Failing(times(9, "target CONFLICT"))).attempts()).isEqualTo(7);
    assertThat(resilience.call(new Failing(times(9, "target TRANSIENT"))).attempts()).isEqualTo(2);
    assertThat(resilience.call(new Failing(times(9, "no idea"))).attempts()).isEqualTo(1);
  }

  private static final RetrySection ONCE =
      new RetrySection(1, Duration.ZERO, Duration.ZERO, Jitter.FULL, Duration.ZERO, 0, Map.of());

  @Test
  void breaker_storageThatKeepsFailing_isLeftAloneThenProbed() {
    Resilience resilience = resilience(ONCE, BREAKER);
    for (int i = 0; i < 5; i++) {
      resilience.call(new Failing("source TRANSIENT"));
    }
    Failing refused = new Failing();

    Outcome<String> outcome = resilience.call(refused);

    assertThat(refused.runs).isZero();
    assertThat(outcome.attempts()).isZero();
    assertThat(outcome.failure().orElseThrow().diagnosis())
        .isEqualTo(new Diagnosis(Verdict.TRANSIENT, false, Optional.of("source"), ""));
    assertThat(outcome.failure().orElseThrow().error())
        .hasMessage(
            "storage 'source' is left alone: 5 of its last 5 calls failed. See to it, and run"
                + " again; its 'resilience.breaker' says when it is tried again.");

    time.pass(Duration.ofSeconds(31));
    assertThat(resilience.call(new Failing("source TRANSIENT")).attempts())
        .as("probe")
        .isEqualTo(1);
    assertThat(resilience.call(new Failing()).attempts()).as("still unwell").isZero();

    time.pass(Duration.ofSeconds(31));
    assertThat(resilience.call(new Failing()).value()).as("probe that succeeds").isPresent();
    assertThat(resilience.call(new Failing()).value()).hasValue("done");
  }

  @Test
  void concurrency_ofAStorageThatAsksForLess_isHalved_andGrowsAgain() {
    Resilience resilience = resilience(ONCE, NO_BREAKER);
    for (int i = 0; i < 3; i++) {
      resilience.call(new Failing("source THROTTLED"));
    }
    assertThat(resilience.concurrency("source")).isEqualTo(2);
    assertThat(resilience.concurrency("target")).isEqualTo(16);
    for (int i = 0; i < 9; i++) {
      resilience.call(new Failing("source THROTTLED"));
    }
    assertThat(resilience.concurrency("source")).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      resilience.call(new Failing());
    }
    assertThat(resilience.concurrency("source")).isEqualTo(4);
  }

  @Test
  void breaker_openForLongerThanItsWindow_stillSaysWhatItOpenedFor() {
    Resilience resilience =
        resilience(
            ONCE,
            new BreakerSection(true, Duration.ofSeconds(10), 5, 0.5, Duration.ofMinutes(5), 1));
    for (int i = 0; i < 5; i++) {
      resilience.call(new Failing("source TRANSIENT"));
    }
    time.pass(Duration.ofMinutes(1));

    assertThat(resilience.call(new Failing()).failure().orElseThrow().error())
        .hasMessageStartingWith(
            "storage 'source' is left alone: 5 of its last 5 calls failed. See to it");
  }

  @Test
  void breaker_probeUnderWay_refusesOthersAndSaysSo() {
    Resilience resilience = resilience(ONCE, BREAKER);
    for (int i = 0; i < 5; i++) {
      resilience.call(new Failing("source TRANSIENT"));
    }
    time.pass(Duration.ofSeconds(31));
    List<Outcome<String>> meanwhile = new ArrayList<>();

    resilience.call(
        new Failing() {
          @Override
          public String run(int attempt) throws Exception {
            meanwhile.add(resilience.call(new Failing()));
            return super.run(attempt);
          }
        });

    assertThat(meanwhile.get(0).failure().orElseThrow().error())
        .hasMessage(
            "storage 'source' is left alone: 5 of its last 5 calls failed, and a call that tries"
                + " whether it is well again has not ended. See to it, and run again; its"
                + " 'resilience.breaker' says when it is tried again.");
  }

  @ParameterizedTest
  @EnumSource(names = {"DATA", "CONFLICT", "PERMANENT"})
  void breaker_errorsThatAreNotTheStorages_doNotCount(Verdict verdict) {
    Resilience resilience = resilience(ONCE, BREAKER);
    for (int i = 0; i < 20; i++) {
      resilience.call(new Failing("source " + verdict));
    }

    assertThat(resilience.call(new Failing()).value()).hasValue("done");
  }

  @Test
  void breaker_open_callsWaitForIt() {
    RetrySection patient =
        new RetrySection(
            2, Duration.ZERO, Duration.ZERO, Jitter.FULL, Duration.ofMinutes(5), 100, Map.of());
    Resilience resilience = resilience(patient, BREAKER);
    for (int i = 0; i < 3; i++) {
      resilience.call(new Failing(times(2, "target TRANSIENT")));
    }
    Instant before = time.instant();

    Outcome<String> outcome = resilience.call(new Failing());

    assertThat(outcome).isEqualTo(Outcome.of("done", 1));
    assertThat(Duration.between(before, time.instant()))
        .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(31));
  }

  @Test
  void call_interrupted_isNotRepeated() {
    Failing call =
        new Failing(times(9, "target TRANSIENT")) {
          @Override
          public String run(int attempt) throws Exception {
            Thread.currentThread().interrupt();
            return super.run(attempt);
          }
        };

    Outcome<String> outcome = resilience(RETRY, NO_BREAKER).call(call);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(outcome.attempts()).isEqualTo(1);
  }
}
