package io.standpipe.pipeline;

import static io.standpipe.pipeline.ScriptedStorages.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.Problems;
import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.factory.Unrepeatable;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of a plan, and runs that go on where an earlier one ended. */
class ResumeTest extends ScriptedTest {
  private static final Instant TIME = Instant.parse("2001-02-03T04:05:06Z");

  @Override
  String sections() {
    return """
            resilience: {retry: {attempts: 1}, breaker: {enabled: false}}
            storages:
              in: {connector: memory}
              other: {connector: memory}
              a: {connector: memory}
              b: {connector: memory}
              forgetful: {connector: forgetful}
            """;
  }

  private static final Pipeline TWO =
      Pipeline.of(
          "p", Step.read("in"), Step.read("other"), append("a", "in"), append("b", "other"));

  private RunReport run(Pipeline pipeline) {
    try (RunJournal journal = RunJournal.begin(folder.resolve("run"), "r", TIME)) {
      return storages.run(pipeline, spark, journal);
    }
  }

  private RunReport resume(Pipeline pipeline) {
    try (RunJournal journal = RunJournal.resume(folder.resolve("run"))) {
      return storages.run(pipeline, spark, journal);
    }
  }

  private static List<String> statuses(RunReport report) {
    return report.nodes().stream().map(node -> node.name() + " " + node.status().id()).toList();
  }

  @Test
  void whatIsDone_isNotDoneAgain_andNeitherIsWhatOnlyThatNeeded() {
    storages.next("b", failing(Verdict.PERMANENT), failing(Verdict.PERMANENT));
    assertThat(statuses(run(sequential(TWO))))
        .containsExactly("in succeeded", "other succeeded", "write_a succeeded", "write_b failed");
    assertThat(statuses(resume(sequential(TWO)))).contains("write_b failed");
    // Its source is gone by now, and nobody needs it.
    storages.next("in", failing(Verdict.PERMANENT));

    RunReport last = resume(sequential(TWO));

    assertThat(last.succeeded()).isTrue();
    assertThat(last.run()).isEqualTo("r");
    assertThat(last.started()).isEqualTo(TIME);
    assertThat(last.nodes()).extracting(NodeReport::name).hasSize(4);
    assertThat(storages.written("a")).hasSize(1);
    assertThat(storages.written("b")).hasSize(1);
    assertThat(storages.tokens("b")).extracting(token -> token.value()).containsOnly("r/write_b");
  }

  private static Pipeline sequential(Pipeline pipeline) {
    return pipeline.with(new RunSettings(OnFailure.CONTINUE, 1, Optional.empty()));
  }

  @Test
  void aLineThatWasCutOff_didNotHappen() throws IOException {
    run(TWO);
    Path journal = folder.resolve("run/steps.jsonl");
    String text = Files.readString(journal);
    int last = text.lastIndexOf("{\"ended\"");
    Files.writeString(journal, text.substring(0, last + 20));

    RunReport report = resume(TWO);

    assertThat(report.succeeded()).isTrue();
    assertThat(storages.written("a").size() + storages.written("b").size()).isEqualTo(3);
    assertThat(resume(TWO).succeeded()).isTrue();
    assertThat(storages.written("a").size() + storages.written("b").size()).isEqualTo(3);
  }

  @Test
  void aStepThatIsDoneAndWasChanged_isRefused() {
    run(TWO);
    Pipeline changed =
        Pipeline.of(
            "p",
            Step.read("in"),
            Step.read("other"),
            Step.filter("some", "in", "true"),
            append("a", "some"),
            append("b", "other"));
    assertRefused(
        changed,
        "step 'write_a': it is done in the run 'r', and it, or a step that its rows come from, was"
            + " changed since. Undo the change, or start a new run.");
  }

  @Test
  void aStepThatIsNotDone_mayBeChanged() {
    storages.next("b", failing(Verdict.PERMANENT));
    run(sequential(TWO));
    RunReport report =
        resume(
            Pipeline.of(
                "p",
                Step.read("in"),
                Step.read("other"),
                Step.filter("some", "other", "origin IS NOT NULL"),
                append("a", "in"),
                append("b", "some")));
    assertThat(report.succeeded()).isTrue();
    assertThat(storages.written("a")).hasSize(1);
  }

  private static final Pipeline FORGETFUL =
      Pipeline.of("p", Step.read("in"), append("forgetful", "in"));

  private static final String INTERRUPTED =
      "step 'write_forgetful': it was interrupted in the run 'r', and may have been applied:"
          + " storage 'forgetful' (forgetful) does not recognise a write that it has done, so that"
          + " rows could come twice. Look at what is there before you run again, or use mode"
          + " overwrite or upsert. Then start a new run with the steps that are left (--only,"
          + " --from).";

  @Test
  void anAppendThatMayHaveBeenApplied_isRefused() {
    storages.next("forgetful", failing(Verdict.DATA));
    run(FORGETFUL);
    assertRefused(FORGETFUL, INTERRUPTED);
  }

  @Test
  void anAppendThatBeganAndDidNotEnd_isRefused() {
    Plan plan = storages.plan(FORGETFUL);
    try (RunJournal journal = RunJournal.begin(folder.resolve("run"), "r", TIME)) {
      Plan.Node write = plan.nodes().get(1);
      journal.began(write, new Resumption(plan, journal).fingerprint(write));
    }
    assertRefused(FORGETFUL, INTERRUPTED);
  }

  private void assertRefused(Pipeline pipeline, String message) {
    Problems problems = new Problems();
    try (RunJournal journal = RunJournal.resume(folder.resolve("run"))) {
      journal.check(storages.plan(pipeline), storages.storages(), problems);
    }
    assertThat(problems.list()).extracting(problem -> problem.message()).containsExactly(message);
  }

  public static class Times implements Factory<List<String>> {
    @Override
    public void process(FactoryContext context) {
      SEEN.add(context.time());
    }

    @Override
    public List<String> get() {
      return List.of("value");
    }
  }

  @Unrepeatable
  public static class TimesOnce extends Times {}

  public static class Failing implements Factory<String> {
    private static int failures;
    @Delivery private List<String> times;

    @Override
    public void process(FactoryContext context) {
      if (failures-- > 0) {
        throw new IllegalStateException("PERMANENT");
      }
      SEEN.add(times);
    }

    @Override
    public String get() {
      return "";
    }
  }

  @Test
  void aFactoryWhoseValueIsNeeded_makesItAgain_atTheTimeOfTheRun() {
    Pipeline pipeline =
        Pipeline.of("p", Step.make("times", Times.class), Step.make("failing", Failing.class));
    Failing.failures = 1;
    assertThat(statuses(run(pipeline))).containsExactly("times succeeded", "failing failed");
    assertThat(resume(pipeline).succeeded()).isTrue();
    assertThat(SEEN).containsExactly(TIME, TIME, List.of("value"));
    assertThat(resume(pipeline).succeeded()).isTrue();
    assertThat(SEEN).as("all was done").hasSize(3);
  }

  @Test
  void aFactoryThatMustNotBeRepeated_isNot() {
    Pipeline pipeline =
        Pipeline.of("p", Step.make("times", TimesOnce.class), Step.make("failing", Failing.class));
    Failing.failures = 1;
    run(pipeline);
    assertRefused(
        pipeline,
        "step 'times': it is done in the run 'r', its value is needed again, and its factory must"
            + " not be repeated. Start a new run.");
    assertThat(SEEN).containsExactly(TIME);
  }

  @Test
  void aFactoryThatWasInterruptedAndMustNotBeRepeated_isNot() {
    Pipeline pipeline = Pipeline.of("p", Step.make("times", TimesOnce.class));
    Plan plan = storages.plan(pipeline);
    try (RunJournal journal = RunJournal.begin(folder.resolve("run"), "r", TIME)) {
      journal.began(
          plan.nodes().get(0), new Resumption(plan, journal).fingerprint(plan.nodes().get(0)));
    }
    assertRefused(
        pipeline,
        "step 'times': it was interrupted in the run 'r', and may have been applied: its factory"
            + " says that it must not be repeated. Then start a new run with the steps that are left"
            + " (--only, --from).");
  }

  /** Appends to a storage that does not recognise what it has written. */
  public static class Appending implements Factory<List<String>> {
    @Override
    public void process(FactoryContext context) {
      context.write("forgetful", context.read("in"), WriteRequest.of(WriteMode.APPEND));
    }

    @Override
    public List<String> get() {
      return List.of();
    }
  }

  @Test
  void aFactoryThatIsDone_writesNothingWhenItsValueIsNeededAgain() {
    Pipeline pipeline =
        Pipeline.of(
            "p",
            Step.make("appending", Appending.class).reading("in").writing("forgetful"),
            Step.make("failing", Failing.class));
    Failing.failures = 2;
    run(pipeline);
    resume(pipeline);
    assertThat(resume(pipeline).succeeded()).isTrue();
    assertThat(storages.written("forgetful")).hasSize(1);
  }

  @Test
  void aJournalThatIsStillOpen_knowsWhatIsDone() {
    try (RunJournal journal = RunJournal.begin(folder.resolve("run"), "r", TIME)) {
      storages.run(TWO, spark, journal);
      assertThat(storages.run(TWO, spark, journal).succeeded()).isTrue();
    }
    assertThat(storages.written("a")).hasSize(1);
  }

  @Test
  void aStepThatMayBeDone_andIsChangedOrGone_isRefused() {
    Pipeline before = Pipeline.of("p", Step.read("in"), append("a", "in"));
    Plan plan = storages.plan(before);
    try (RunJournal journal = RunJournal.begin(folder.resolve("run"), "r", TIME)) {
      Plan.Node write = plan.nodes().get(1);
      journal.began(write, new Resumption(plan, journal).fingerprint(write));
    }
    assertRefused(
        Pipeline.of("p", Step.read("in"), Step.filter("some", "in", "true"), append("a", "some")),
        "step 'write_a': it was interrupted, and may be done, in the run 'r', and it, or a step that"
            + " its rows come from, was changed since. Undo the change, or start a new run.");
    assertRefused(
        Pipeline.of("p", Step.read("in"), append("b", "in")),
        "the step 'write_a' was begun in the run 'r', and is gone from the pipeline. Put it back, or"
            + " start a new run.");
  }

  @Test
  void aRunThatGoesOn_hasItsJournalForItself() throws IOException {
    Path run = folder.resolve("run");
    try (RunJournal journal = RunJournal.begin(run, "r", TIME)) {
      assertThat(journal.run()).isEqualTo(new RunIdentity("r", TIME));
      String message = "the run is still going on. Wait until it has ended, or stop it.";
      assertThatThrownBy(() -> RunJournal.resume(run))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(message);
      assertThatThrownBy(() -> RunJournal.begin(run, "r", TIME)).hasMessageContaining(message);
    }
    assertThatThrownBy(() -> RunJournal.resume(folder.resolve("nowhere")))
        .hasMessageContaining("there is no such run.");
    Files.writeString(run.resolve("steps.jsonl"), "", StandardOpenOption.TRUNCATE_EXISTING);
    assertThatThrownBy(() -> RunJournal.resume(run))
        .hasMessageContaining("the run was killed before it did anything. Start a new one.");
  }

  private static final Pipeline CHAIN =
      Pipeline.of(
          "p",
          Step.read("in"),
          append("a", "in"),
          Step.read("a"),
          append("b", "a"),
          Step.read("other"),
          append("forgetful", "other"));

  private List<String> selected(List<String> only, List<String> from, List<String> until) {
    return storages.plan(CHAIN).select(new Selection(only, from, until)).nodes().stream()
        .map(node -> node.name() + node.after())
        .toList();
  }

  @Test
  void selection_takesWhatItNeeds() {
    assertThat(selected(List.of("WRITE_B"), List.of(), List.of()))
        .containsExactly("a[]", "write_b[]");
    assertThat(selected(List.of(), List.of("write_a"), List.of()))
        .containsExactly("in[]", "write_a[]", "a[write_a]", "write_b[]");
    assertThat(selected(List.of(), List.of(), List.of("a", "write_forgetful")))
        .containsExactly("in[]", "write_a[]", "a[write_a]", "other[]", "write_forgetful[]");
    assertThat(selected(List.of(), List.of("a"), List.of("write_b")))
        .containsExactly("a[]", "write_b[]");
    assertThat(selected(List.of(), List.of(), List.of())).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"began\": 7}\n", "{\"run\": \"r\"}\n", "no JSON\n"})
  void resume_journalThatSomebodyElseHasWritten_isToldWithWhatToDo(String text) throws IOException {
    Files.writeString(folder.resolve("steps.jsonl"), text);

    assertThatThrownBy(() -> RunJournal.resume(folder))
        .isInstanceOf(RunFolderException.class)
        .hasMessageStartingWith("cannot read the run's journal " + folder)
        .hasMessageEndingWith("or start a new run.");
  }

  @Test
  void selection_ofUnknownStepsAndOfNothing_isRefused() {
    assertThatThrownBy(() -> selected(List.of("wrte_b"), List.of(), List.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no step 'wrte_b'. Did you mean 'write_b'?");
    assertThatThrownBy(() -> selected(List.of("in"), List.of(), List.of()))
        .hasMessageContaining(
            "the selected steps do nothing: none of them writes, or is a factory.");
    assertThatThrownBy(() -> new Selection(List.of("a"), List.of("b"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'only' does not go with 'from' and 'until'");
  }
}
