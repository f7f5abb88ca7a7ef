package io.standpipe.tck;

import static io.standpipe.tck.Runs.GIVEN;
import static io.standpipe.tck.Runs.TAKING;
import static io.standpipe.tck.Runs.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.Step;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** H50: what a run did, and whether a storage is well, is told. */
final class ReportSection extends Section {
  private static final Behaviour TOLD = Behaviour.of(50, "metrics and health");
  private static final int ROWS = 50;

  /** What a connection to nowhere may take, refused or not. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  ReportSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(TOLD.variant("report of a write"), Needs.mode(WriteMode.APPEND), this::write);
    behaviour(TOLD.variant("report of a read"), this::read);
    behaviour(TOLD.variant("health"), Needs.ability(Ability.HEALTH_CHECK), this::health);
  }

  private Dataset<Row> rows() {
    return Rows.numbers(spark, 0, ROWS);
  }

  private void write() throws JsonProcessingException {
    Storage subject = bench.target();
    Runs runs =
        new Runs(
            bench,
            Map.of(subject.name(), bench.section(subject.name()), GIVEN, bench.given(rows())));
    RunReport report =
        runs.succeed(
            Step.read(GIVEN), Step.write(subject.name(), GIVEN, WriteMode.APPEND).as(WRITTEN));
    assertMoved(report, subject);
  }

  private void read() throws JsonProcessingException {
    Storage subject = bench.holding(rows());
    Runs runs =
        new Runs(
            bench, Map.of(subject.name(), bench.section(subject.name()), TAKING, bench.taking()));
    RunReport report =
        runs.succeed(
            Step.read(subject.name()),
            Step.write(TAKING, subject.name(), WriteMode.APPEND).as(WRITTEN));
    JsonNode node = assertTold(report, subject.name(), "read", subject);
    assertThat(node.has("rowsOut")).isFalse();
    assertMoved(report, runs.storage(TAKING));
  }

  /** Rows are counted in the write, all of them; what a connector reads for itself counts, too. */
  private static void assertMoved(RunReport report, Storage written)
      throws JsonProcessingException {
    JsonNode node = assertTold(report, WRITTEN, "write", written);
    assertThat(node.path("rowsOut").asLong()).as(report.json()).isEqualTo(ROWS);
    assertThat(node.path("rowsIn").asLong()).as(report.json()).isGreaterThanOrEqualTo(ROWS);
    assertThat(node.path("seconds").asDouble()).as(report.json()).isPositive();
  }

  /** What the report says of a step, as programs read it. */
  private static JsonNode assertTold(RunReport report, String step, String kind, Storage storage)
      throws JsonProcessingException {
    JsonNode root = new ObjectMapper().readTree(report.json());
    assertThat(root.path("run").asText()).isEqualTo(report.run());
    assertThat(root.path("status").asText()).isEqualTo("succeeded");
    for (JsonNode node : root.path("nodes")) {
      if (node.path("name").asText().equals(step)) {
        assertThat(node.path("kind").asText()).isEqualTo(kind);
        assertThat(node.path("storage").asText()).isEqualTo(storage.name());
        assertThat(node.path("status").asText()).isEqualTo("succeeded");
        assertThat(node.path("attempts").asInt()).isEqualTo(1);
        assertThat(node.path("seconds").isNumber()).isTrue();
        assertThat(node.has("error")).isFalse();
        return node;
      }
    }
    throw new AssertionError("nothing is said of " + step + ": " + report.json());
  }

  /** What answers says so; what is not there, or nowhere, does not, and nobody waits for it. */
  private void health() {
    Storage well = bench.holding(rows());
    assertThat(well.ping(PATIENCE.multipliedBy(3))).isNotBlank();
    assertUnwell(bench.storage());
    bench.suite().server().ifPresent(it -> assertUnwell(bench.storage(it.wrongHost())));
  }

  private static void assertUnwell(Storage storage) {
    long begin = System.nanoTime();
    Throwable failure = catchThrowable(() -> storage.ping(PATIENCE));
    assertThat(failure)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Storage '" + storage.name() + "' (" + storage.type() + "): ");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE.plusSeconds(2));
  }
}
