package io.standpipe.tck;

import static io.standpipe.tck.Runs.GIVEN;
import static io.standpipe.tck.Runs.TAKING;
import static io.standpipe.tck.Runs.WRITTEN;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.config.ConfigurationException;
import io.standpipe.pipeline.DeadLetters;
import io.standpipe.pipeline.Replay;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.Step;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult.Outcome;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** H49: a bad row is kept with all that is known of it, and the others are written. */
final class DeadLetterSection extends Section {
  private static final Behaviour KEPT = Behaviour.of(49, "dead letters");
  private static final Behaviour REFUSED = KEPT.variant("of rows that it refuses");
  private static final String LETTERS = "letters";
  private static final String CONDITION = "name <> 'row 1'";
  private static final String NO_ISOLATION =
      "does not tell the rows that it refuses from others. Say with 'where' which rows are right,"
          + " or leave out 'deadLetters'.";

  /** What identifies a letter, where a table needs that. */
  private static final List<String> KEYS = List.of("run", "row");

  /** Times are kept to the millisecond at least. */
  private static final Duration GRAIN = Duration.ofMillis(1);

  /** As the documentation of pipelines has it. */
  private static final StructType COLUMNS =
      StructType.fromDDL(
          "run STRING, step STRING, storage STRING, failed_at TIMESTAMP, verdict STRING,"
              + " error_code STRING, error STRING, row STRING, row_schema STRING");

  DeadLetterSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(
        KEPT.variant("of rows that do not fit"), Needs.mode(WriteMode.APPEND), this::ofACondition);
    behaviour(
        KEPT.variant("kept by it, and written again"), Needs.mode(WriteMode.APPEND), this::kept);
    test(REFUSED, this::ofRefusedRows);
  }

  /** Rows 0 to 4; that of row 4 is NULL. */
  private Dataset<Row> given() {
    return Rows.numbers(spark, 0, 5).selectExpr("id", "IF(id = 4, NULL, name) AS name");
  }

  /** A condition that is false, or NULL, is not true. */
  private static Dataset<Row> unfit(Dataset<Row> rows) {
    return rows.filter("id IN (1, 4)");
  }

  private static Dataset<Row> fit(Dataset<Row> rows) {
    return rows.filter("id NOT IN (1, 4)");
  }

  private static Step[] write(String storage, DeadLetters letters) {
    return new Step[] {
      Step.read(GIVEN), Step.write(storage, GIVEN, WriteMode.APPEND).as(WRITTEN).rejecting(letters)
    };
  }

  private void ofACondition() {
    Storage subject = bench.target();
    Runs runs = new Runs(bench, into(subject));
    Instant begin = Instant.now();
    RunReport report =
        runs.succeed(write(subject.name(), DeadLetters.to(LETTERS).unless(CONDITION)));
    assertCounted(report, 3, 2);
    runs.assertHolds(subject.name(), fit(given()));
    List<Row> letters = letters(runs, LETTERS, report, subject.name(), begin);
    assertThat(letters).allMatch(letter -> text(letter, "error_code").equals("where"));
    assertThat(letters).allMatch(letter -> text(letter, "error").contains(CONDITION));
    assertRows(letters, unfit(given()));
  }

  private Map<String, Object> into(Storage subject) {
    return Map.of(
        subject.name(),
        bench.section(subject.name()),
        GIVEN,
        bench.given(given()),
        LETTERS,
        bench.taking());
  }

  private static void assertCounted(RunReport report, long written, long rejected) {
    NodeReport node = Runs.node(report, WRITTEN);
    assertThat(node.rowsOut()).as(report.json()).isEqualTo(OptionalLong.of(written));
    assertThat(node.rowsRejected()).as(report.json()).isEqualTo(OptionalLong.of(rejected));
  }

  /** The letters, of which all that does not depend on the row is as it must be. */
  private List<Row> letters(
      Runs runs, String storage, RunReport report, String target, Instant begin) {
    Storage kept = runs.storage(storage);
    List<Row> letters =
        kept.act(() -> kept.read(spark).selectExpr(COLUMNS.fieldNames()).collectAsList());
    for (Row letter : letters) {
      assertThat(text(letter, "run")).isEqualTo(report.run());
      assertThat(text(letter, "step")).isEqualTo(WRITTEN);
      assertThat(text(letter, "storage")).isEqualTo(target);
      assertThat(text(letter, "verdict")).isEqualTo("data");
      Timestamp failed = letter.getAs("failed_at");
      assertThat(failed.toInstant()).isBetween(begin.minus(GRAIN), Instant.now());
    }
    return letters;
  }

  private static String text(Row letter, String column) {
    return letter.getAs(column);
  }

  /** The rows can be made again from the letters alone. */
  private void assertRows(List<Row> letters, Dataset<Row> expected) {
    Set<String> schemas =
        letters.stream().map(letter -> text(letter, "row_schema")).collect(Collectors.toSet());
    assertThat(schemas).hasSize(1);
    StructType schema = StructType.fromDDL(schemas.iterator().next());
    Dataset<Row> again =
        spark
            .createDataset(
                letters.stream().map(letter -> text(letter, "row")).toList(), Encoders.STRING())
            .select(functions.from_json(col("value"), schema, Map.of("mode", "FAILFAST")).as("row"))
            .select("row.*");
    assertThat(again.schema().simpleString()).isEqualTo(expected.schema().simpleString());
    assertThat(Rows.texts(again)).isEqualTo(Rows.texts(expected));
  }

  /** Whoever can be appended to keeps letters, so that they can be read and written again. */
  private void kept() {
    String keeping = Bench.fresh();
    Runs runs =
        new Runs(
            bench,
            Map.of(
                keeping,
                bench.section(keeping, KEYS, COLUMNS),
                GIVEN,
                bench.given(given()),
                TAKING,
                bench.taking()));
    bench.prepared(runs.storage(keeping), COLUMNS);
    Instant begin = Instant.now();
    RunReport report = runs.succeed(write(TAKING, DeadLetters.to(keeping).unless(CONDITION)));
    assertCounted(report, 3, 2);
    runs.assertHolds(TAKING, fit(given()));
    assertRows(letters(runs, keeping, report, TAKING, begin), unfit(given()));
    Replay replay =
        new Replay(
            Optional.of(report.run()),
            Optional.empty(),
            Optional.of("where"),
            Optional.empty(),
            WriteRequest.of(WriteMode.APPEND));
    assertThat(runs.platform().replay(keeping, replay))
        .containsExactly(
            new Replay.Replayed(
                report.run(), WRITTEN, "where", TAKING, 2, Optional.of(Outcome.COMMITTED)));
    assertThat(runs.platform().replay(keeping, replay))
        .extracting(Replay.Replayed::outcome)
        .containsExactly(Optional.of(Outcome.ALREADY_COMMITTED));
    runs.assertHolds(TAKING, given());
  }

  /** A table that takes no NULL; where nobody can tell such rows, the pipeline is refused. */
  private Result ofRefusedRows() {
    Storage subject = bench.storage();
    Runs runs = new Runs(bench, into(subject));
    Step[] steps = write(subject.name(), DeadLetters.to(LETTERS));
    if (!subject.abilities().contains(Ability.ROW_ISOLATION)) {
      assertThat(catchThrowable(() -> runs.succeed(steps)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(subject + " " + NO_ISOLATION);
      return Result.refused(REFUSED, NO_ISOLATION);
    }
    StructType noNull =
        new StructType()
            .add("id", DataTypes.LongType, false)
            .add("name", DataTypes.StringType, false);
    subject.use(
        SupportsTable.class,
        table -> {
          table.create(spark, noNull);
          return true;
        });
    Instant begin = Instant.now();
    RunReport report = runs.succeed(steps);
    assertCounted(report, 4, 1);
    runs.assertHolds(subject.name(), given().filter("id <> 4"));
    List<Row> letters = letters(runs, LETTERS, report, subject.name(), begin);
    assertThat(letters).allMatch(letter -> !text(letter, "error_code").isBlank());
    assertThat(letters).allMatch(letter -> text(letter, "error").contains("name"));
    assertRows(letters, given().filter("id = 4"));
    return Result.supported(REFUSED, "");
  }
}
