package io.standpipe.tck;

import static io.standpipe.tck.Runs.GIVEN;
import static io.standpipe.tck.Runs.TAKING;
import static io.standpipe.tck.Runs.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.pipeline.Step;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storage.RowsOfRepeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** H47 and 52: what fails in a run is repeated where that helps, and nothing comes twice. */
final class ResilienceSection extends ServerSection {
  private static final Behaviour REPEATED = Behaviour.of(47, "what is repeated");
  private static final Behaviour KILLED = Behaviour.of(52, "server killed while a run writes");
  private static final String CHOSEN = "chosen";
  private static final String UNRECOGNISED =
      "does not recognise a write that it has done, so that rows could come twice.";

  /** Often enough for a server that is back and not quite ready. */
  private static final Map<String, Object> PATIENT =
      Map.of(
          "retry", Map.of("attempts", 60, "baseDelay", "200ms", "maxDelay", "2s"),
          "breaker", Map.of("enabled", false));

  private static final Duration OPEN_FOR = Duration.ofHours(1);
  private static final Map<String, Object> WARY =
      Map.of(
          "retry",
          Map.of("attempts", 1),
          "breaker",
          Map.of("minimumCalls", 2, "openFor", OPEN_FOR.toHours() + "h"));

  ResilienceSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(REPEATED.variant("not a permanent error"), this::triedOnce);
    onServer(REPEATED.variant("a read, until the server is back"), this::readAgain);
    onServer(
        REPEATED.variant("nothing while the breaker is open"),
        Needs.mode(WriteMode.APPEND),
        this::leftAlone);
    for (WriteMode mode : List.of(WriteMode.APPEND, WriteMode.UPSERT)) {
      Behaviour behaviour = KILLED.variant(mode.id());
      testOnServer(behaviour, server -> killed(behaviour, server, mode));
    }
  }

  private Dataset<Row> rows(long from, long to) {
    return Rows.numbers(spark, from, to);
  }

  /** The storage with settings of its own, beside rows that are given and a place for rows. */
  private Map<String, Object> sections(
      Storage subject, Map<String, Object> resilience, Dataset<Row> given) {
    Map<String, Object> section =
        Configurations.over(bench.section(subject.name()), Map.of("resilience", resilience));
    return Map.of(subject.name(), section, GIVEN, bench.given(given), TAKING, bench.taking());
  }

  private static Step[] copy(Storage from) {
    return new Step[] {Step.read(from.name()), Step.write(TAKING, from.name(), WriteMode.APPEND)};
  }

  /** Though repeats are allowed. */
  private void triedOnce() {
    Storage missing = bench.storage();
    Runs runs = new Runs(bench, sections(missing, PATIENT, rows(0, 1)));
    List<RunReport.Repeat> repeats = new ArrayList<>();
    RunReport report = runs.run(repeating(repeats), copy(missing));
    NodeReport failed = Runs.failed(report);
    assertThat(failed.failure().orElseThrow().verdict()).as(report.json()).isEqualTo("permanent");
    assertThat(failed.attempts()).isEqualTo(1);
    assertThat(repeats).isEmpty();
  }

  private static RunListener repeating(List<RunReport.Repeat> repeats) {
    return new RunListener() {
      @Override
      public void repeating(Plan.Node node, RunReport.Repeat repeat) {
        repeats.add(repeat);
      }
    };
  }

  /** The rows come once, however often they were asked for. */
  private void readAgain(Server server) {
    Storage subject = bench.holding(rows(0, 50));
    Runs runs = new Runs(bench, sections(subject, PATIENT, rows(0, 1)));
    try (Outage outage = new Outage(server)) {
      outage.begin();
      RunReport report = Runs.succeeded(runs.run(outage, copy(subject)));
      assertRepeated(outage, subject, report);
    }
    runs.assertHolds(TAKING, rows(0, 50));
  }

  /** The first repeat is because of the storage, and the report counts all of them. */
  private static void assertRepeated(Outage outage, Storage subject, RunReport report) {
    assertThat(outage.repeats()).as("repeats that were announced").isNotEmpty();
    RunReport.Repeat first = outage.repeats().get(0);
    assertThat(RETRIED).extracting(Verdict::id).as("%s", first).contains(first.failure().verdict());
    assertThat(first.failure().storage()).as("%s", first).contains(subject.name());
    assertThat(report.nodes().stream().mapToInt(NodeReport::attempts).sum())
        .as(report.json())
        .isEqualTo(report.nodes().size() + outage.repeats().size());
  }

  /**
   * Failures open the breaker. Then nobody calls the storage, though it may be well again, until
   * the time is over; one call tries then. If that fails the breaker stays open, else it closes.
   */
  private void leftAlone(Server server) {
    Storage subject = bench.target();
    LaterClock clock = new LaterClock();
    Runs runs = new Runs(bench, sections(subject, WARY, rows(0, 5)), clock);
    try (Outage outage = new Outage(server)) {
      outage.begin();
      assertFails(runs, subject, 1);
      assertFails(runs, subject, 1);
      assertLeftAlone(runs, subject);
      clock.pass(OPEN_FOR.plusSeconds(1));
      assertFails(runs, subject, 1);
      outage.end();
      assertLeftAlone(runs, subject);
      clock.pass(OPEN_FOR.plusSeconds(1));
      Runs.succeeded(append(runs, subject, "id < 3"));
      Runs.succeeded(append(runs, subject, "id >= 3"));
    }
    assertThat(bench.texts(subject)).isEqualTo(Rows.texts(rows(0, 5)));
  }

  private static RunReport append(Runs runs, Storage subject, String condition) {
    return runs.run(
        new RunListener() {},
        Step.read(GIVEN),
        Step.filter(CHOSEN, GIVEN, condition),
        Step.write(subject.name(), CHOSEN, WriteMode.APPEND).as(WRITTEN));
  }

  private static NodeReport assertFails(Runs runs, Storage subject, int attempts) {
    RunReport report = append(runs, subject, "id < 5");
    NodeReport written = Runs.node(report, WRITTEN);
    assertThat(written.status()).as(report.json()).isEqualTo(Status.FAILED);
    assertThat(written.attempts()).as(report.json()).isEqualTo(attempts);
    assertThat(written.failure().orElseThrow().storage()).contains(subject.name());
    return written;
  }

  private static void assertLeftAlone(Runs runs, Storage subject) {
    NodeReport written = assertFails(runs, subject, 0);
    assertThat(written.failure().orElseThrow().verdict()).isEqualTo("transient");
    assertThat(written.failure().orElseThrow().message())
        .contains("storage '" + subject.name() + "' is left alone: ")
        .contains(" failed. See to it, and run again");
  }

  /** In the middle of the rows, and back with the first repeat. */
  private Result killed(Behaviour behaviour, Server server, WriteMode mode) {
    Storage subject = bench.prepared(bench.keyed(), Rows.NUMBERS);
    if (!subject.writeModes().contains(mode)) {
      return Result.refused(behaviour, Needs.mode(mode).refused(subject, spark));
    }
    bench.write(subject, rows(0, 3), mode);
    List<String> expected = Rows.texts(rows(0, 5_000));
    // What is upserted is there in part; what is appended is not.
    long from = mode.needsKeys() ? 0 : 3;
    try (Outage outage = new Outage(server);
        Disturbance kill = new Disturbance(outage::begin)) {
      Dataset<Row> given = kill.at(rows(from, 5_000), 4_000);
      Runs runs = new Runs(bench, sections(subject, PATIENT, given));
      Step.Write write = Step.write(subject.name(), GIVEN, mode).as(WRITTEN);
      RunReport report =
          runs.run(outage, Step.read(GIVEN), mode.needsKeys() ? write.by("id") : write);
      if (subject.unrepeatable(mode, RowsOfRepeat.SAME).isPresent()) {
        assertNotRepeated(outage, report);
        outage.end();
        Runs.succeeded(runs.run(outage, Step.read(GIVEN), write));
        assertThat(bench.texts(subject)).containsAll(expected);
        return Result.refused(behaviour, UNRECOGNISED);
      }
      assertRepeated(outage, subject, Runs.succeeded(report));
    }
    assertThat(bench.texts(subject)).isEqualTo(expected);
    return Result.supported(behaviour, "");
  }

  /** Nobody repeats by itself what may be there twice then. */
  private static void assertNotRepeated(Outage outage, RunReport report) {
    NodeReport failed = Runs.failed(report);
    assertThat(RETRIED.stream().map(Verdict::id))
        .contains(failed.failure().orElseThrow().verdict());
    assertThat(failed.failure().orElseThrow().message()).contains("Not repeated: ", UNRECOGNISED);
    assertThat(failed.attempts()).isEqualTo(1);
    assertThat(outage.repeats()).isEmpty();
  }
}
