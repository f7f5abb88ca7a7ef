package io.standpipe.pipeline;

import static io.standpipe.pipeline.ScriptedStorages.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.InvalidRequestException;
import io.standpipe.resilience.Call;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a replay when storages fail. */
class ReplayTest extends ScriptedTest {
  private static final Replay ALL =
      new Replay(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          WriteRequest.of(WriteMode.APPEND));

  private final List<Replay.Replayed> told = new ArrayList<>();
  private final List<Call.Repeat> repeats = new ArrayList<>();

  @Override
  String sections() {
    return QUICK_RETRIES
        + """
            storages:
              letters: {connector: memory}
              a: {connector: memory}
              b: {connector: memory}
              forgetful: {connector: forgetful}
              fragile:
                connector: memory
                resilience: {retry: {attempts: 1}, breaker: {enabled: true, minimumCalls: 1}}
            """;
  }

  private void letters(String... targets) {
    List<String> rows = new ArrayList<>();
    for (String target : targets) {
      rows.add("('step_" + target + "', '" + target + "')");
    }
    storages.holding(
        "letters",
        """
        SELECT 'r' AS run, step, storage, TIMESTAMP'2001-02-03 04:05:06.000007' AS failed_at, 'data' AS verdict,
          '23514' AS error_code, 'wrong' AS error, '{"n":1}' AS row, 'n INT' AS row_schema
        FROM VALUES %s AS letters(step, storage)
        """
            .formatted(String.join(", ", rows)));
  }

  private List<Replay.Replayed> replay(Replay replay) {
    return storages.replay(
        "letters",
        replay,
        spark,
        new Replay.Listener() {
          @Override
          public void replayed(Replay.Replayed done) {
            told.add(done);
          }

          @Override
          public void repeating(Call.Repeat repeat) {
            repeats.add(repeat);
          }
        });
  }

  @Test
  void write_errorThatMayPass_isRepeatedWithTheSameToken() {
    letters("a");
    storages.next("a", failing(Verdict.TRANSIENT), failing(Verdict.CONFLICT));

    List<Replay.Replayed> replayed = replay(ALL);

    assertThat(replayed).singleElement().extracting(Replay.Replayed::rows).isEqualTo(1L);
    assertThat(storages.written("a")).containsExactly("{\"n\":1}");
    assertThat(repeats)
        .extracting(it -> it.diagnosis().verdict())
        .containsExactly(Verdict.TRANSIENT, Verdict.CONFLICT);
  }

  @Test
  void read_errorThatMayPass_isRepeated() {
    letters("a");
    storages.next("letters", failing(Verdict.THROTTLED));

    assertThat(replay(ALL)).hasSize(1);
    assertThat(repeats).hasSize(1);
  }

  @Test
  void write_storageDoesNotRecogniseIt_isNotRepeatedAndSaysWhatToDo() {
    letters("forgetful");
    storages.next("forgetful", failing(Verdict.TRANSIENT));

    assertThatThrownBy(() -> replay(ALL))
        .isInstanceOf(ReplayException.class)
        .hasMessage(
            "cannot replay the dead letters of step 'step_forgetful' of run 'r' to storage"
                + " 'forgetful' (forgetful): Storage 'forgetful' (forgetful):"
                + " java.lang.IllegalStateException: TRANSIENT. Not repeated: storage 'forgetful'"
                + " (forgetful) does not recognise a write that it has done, so that rows could come"
                + " twice. Look at what is there before you run again, or use mode overwrite or"
                + " upsert.");
    assertThat(storages.written("forgetful")).isEmpty();
    assertThat(repeats).isEmpty();
  }

  @Test
  void write_failsForGood_saysThatTheRestIsNotLostAndTellsWhatIsDone() {
    letters("a", "b");
    storages.next("b", failing(Verdict.PERMANENT));

    assertThatThrownBy(() -> replay(ALL))
        .isInstanceOf(ReplayException.class)
        .hasMessageStartingWith("cannot replay the dead letters of step 'step_b' of run 'r'")
        .hasMessageEndingWith(
            "Then run the same command again: what has been replayed is not written twice.");
    assertThat(told).extracting(Replay.Replayed::storage).containsExactly("a");
  }

  @Test
  void write_storageThatKeepsFailing_isLeftAlone() {
    letters("fragile");
    storages.next("fragile", failing(Verdict.TRANSIENT));

    assertThatThrownBy(() -> replay(ALL)).hasMessageContaining("TRANSIENT");
    assertThatThrownBy(() -> replay(ALL))
        .hasMessageContaining("storage 'fragile' is left alone: its last call failed.");
    assertThat(storages.written("fragile")).isEmpty();
  }

  @Test
  void letters_forAStorageThatIsNotThere_areRefusedBeforeAnythingIsWritten() {
    letters("a", "gone");

    assertThatThrownBy(() -> replay(ALL))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "the dead letters of step 'step_gone' of run 'r' are for a storage that is not there:"
                + " no storage 'gone'.");
    assertThat(storages.written("a")).isEmpty();

    Replay elsewhere =
        new Replay(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("nowhere"),
            ALL.request());
    assertThatThrownBy(() -> replay(elsewhere)).isInstanceOf(InvalidRequestException.class);
  }
}
