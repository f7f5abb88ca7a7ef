package io.standpipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.pipeline.DeadLetters;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.Replay;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.Step;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows for which a condition is not true go to another storage, and come back. */
class DeadLetterTest {
  private static final String TYPES =
      """
      SELECT CAST(id AS INT) AS n,
        IF(id % 3 = 0, NULL, concat('name ', id)) AS name,
        TIMESTAMP'1969-12-31 23:59:59.123456' AS at,
        DATE'0001-01-01' AS day,
        CAST(1.10 AS DECIMAL(38, 10)) AS price,
        X'00FF' AS bytes,
        CAST('NaN' AS DOUBLE) AS odd,
        TIMESTAMP_NTZ'2001-02-03 04:05:06.000001' AS local,
        named_struct('a', array(1, NULL), 'm', map('k', CAST(NULL AS STRING))) AS nested,
        CAST(NULL AS BIGINT) AS nothing
      FROM RANGE(10)
      """;

  @TempDir Path folder;
  private Platform platform;

  @BeforeEach
  void open() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("standpipe.yaml"),
            """
            spark: {master: "local[2]", conf: {spark.ui.enabled: false}}
            storages:
              made: {connector: sql, query: "%s"}
              odd: {connector: sql, query: "SELECT INTERVAL '1' DAY AS time, 1 AS n"}
              good: {connector: file, format: parquet, path: good}
              raw: {connector: file, format: csv, path: raw.csv, schema: "n INT, name STRING", corruptRecords: keep}
              letters: {connector: file, format: json, path: letters, schema: "run STRING, step STRING, storage STRING, failed_at TIMESTAMP, verdict STRING, error_code STRING, error STRING, row STRING, row_schema STRING"}
            """
                .formatted(TYPES.replace("\n", " ")));
    platform = Platform.builder().configuration(ConfigurationSource.of(file)).open();
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private static Pipeline rejecting(String from, DeadLetters letters) {
    return Pipeline.of(
        "p", Step.read(from), Step.write("good", from, WriteMode.APPEND).rejecting(letters));
  }

  private NodeReport write(String run, Pipeline pipeline) {
    Plan plan = platform.plan(pipeline);
    RunReport report = platform.run(plan, run, new RunListener() {});
    return report.nodes().get(1);
  }

  private List<Row> rows(String storage, String order) {
    return platform.withSpark(
        spark -> platform.storages().require(storage).read(spark).orderBy(order).collectAsList());
  }

  private List<String> json(String storage) {
    return platform.withSpark(
        spark ->
            platform.storages().require(storage).read(spark).orderBy("n").toJSON().collectAsList());
  }

  private static final DeadLetters NAMED =
      DeadLetters.to("letters").unless("name LIKE 'name%' AND n < 8");

  @Test
  void rowsThatDoNotFit_areKeptWithTheReason_andTheOthersWritten() {
    NodeReport report = write("r", rejecting("made", NAMED));
    assertThat(report.failure()).isEmpty();
    assertThat(report.rowsOut()).hasValue(5);
    assertThat(report.rowsRejected()).hasValue(5);
    assertThat(rows("good", "n")).extracting(row -> row.getInt(0)).containsExactly(1, 2, 4, 5, 7);
    List<Row> letters = rows("letters", "row");
    assertThat(letters)
        .hasSize(5)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("run")).isEqualTo("r");
              assertThat(row.<String>getAs("step")).isEqualTo("write_good");
              assertThat(row.<String>getAs("storage")).isEqualTo("good");
              assertThat(row.<String>getAs("verdict")).isEqualTo("data");
              assertThat(row.<String>getAs("error"))
                  .isEqualTo("the condition is not true: name LIKE 'name%' AND n < 8");
              assertThat(row.<Object>getAs("failed_at")).isNotNull();
            });
    // The same run once more.
    write("r", rejecting("made", NAMED));
    assertThat(rows("letters", "row")).hasSize(5);
    assertThat(rows("good", "n")).hasSize(5);
  }

  @Test
  void replay_bringsBackEveryValue_once() {
    write("r", rejecting("made", NAMED));
    List<Replay.Replayed> unasked = platform.replay("letters", replay(Optional.empty()));
    List<Replay.Replayed> first = platform.replay("letters", replay(Optional.of("where")));
    List<Replay.Replayed> second = platform.replay("letters", replay(Optional.of("where")));

    assertThat(unasked)
        .as("nobody has said that the condition was wrong")
        .containsExactly(
            new Replay.Replayed("r", "write_good", "where", "good", 5, Optional.empty()));

    assertThat(first)
        .containsExactly(
            new Replay.Replayed(
                "r", "write_good", "where", "good", 5, Optional.of(WriteResult.Outcome.COMMITTED)));
    assertThat(second)
        .containsExactly(
            new Replay.Replayed(
                "r",
                "write_good",
                "where",
                "good",
                5,
                Optional.of(WriteResult.Outcome.ALREADY_COMMITTED)));
    assertThat(json("good")).isEqualTo(json("made"));
  }

  @Test
  void recordsThatCannotBeRead_areKeptAsTheyCame_andAreNotReplayed() throws IOException {
    Files.writeString(folder.resolve("raw.csv"), "n,name\n1,a\ntwo,b\n3,\n4,d,e\n");
    DeadLetters letters =
        DeadLetters.to("letters").malformedIn("_corrupt_record").unless("name IS NOT NULL");
    NodeReport report = write("r", rejecting("raw", letters));
    assertThat(report.failure()).isEmpty();
    assertThat(report.rowsRejected()).hasValue(3);
    assertThat(json("good")).containsExactly("{\"n\":1,\"name\":\"a\"}");
    assertThat(rows("letters", "row"))
        .extracting(row -> List.of(row.getAs("error_code"), row.getAs("error"), row.getAs("row")))
        .containsExactlyInAnyOrder(
            List.of("malformed", "the record could not be read", "{\"_corrupt_record\":\"two,b\"}"),
            List.of("malformed", "the record could not be read", "{\"_corrupt_record\":\"4,d,e\"}"),
            List.of(
                "where", "the condition is not true: name IS NOT NULL", "{\"n\":3,\"name\":null}"));

    assertThat(platform.replay("letters", replay(Optional.empty())))
        .containsExactlyInAnyOrder(
            new Replay.Replayed("r", "write_good", "malformed", "good", 2, Optional.empty()),
            new Replay.Replayed("r", "write_good", "where", "good", 1, Optional.empty()));
    assertThat(platform.replay("letters", replay(Optional.of("malformed"))))
        .containsExactly(
            new Replay.Replayed("r", "write_good", "malformed", "good", 2, Optional.empty()));
    assertThat(rows("good", "n")).hasSize(1);
  }

  @Test
  void malformed_columnThatIsNotThere_isSaid() {
    NodeReport report = write("r", rejecting("made", DeadLetters.to("letters").malformedIn("raw")));
    assertThat(report.failure().orElseThrow().message())
        .contains(
            "the rows of 'made' have no column 'raw', which 'malformed' of 'deadLetters' names. Let"
                + " the read keep malformed records, and the steps behind it that column.");
  }

  private static Replay replay(Optional<String> code) {
    return new Replay(
        Optional.of("r"),
        Optional.empty(),
        code,
        Optional.empty(),
        WriteRequest.of(WriteMode.APPEND));
  }

  @Test
  void moreThanAllowed_nothingIsWritten() {
    NodeReport report = write("r", rejecting("made", NAMED.atMost(4)));
    assertThat(report.failure().orElseThrow().message())
        .contains(
            "5 of 10 rows are wrong, more than maxRows 4 allows, so the others were not written"
                + " either (one of them: the condition is not true: name LIKE 'name%' AND n < 8). Correct the rows"
                + " at their source, or allow more in 'deadLetters'.");
    assertThat(folder.resolve("good")).doesNotExist();
    assertThat(folder.resolve("letters")).doesNotExist();
    assertThat(write("s", rejecting("made", NAMED.atMost(0.49))).failure().orElseThrow().message())
        .contains("more than maxFraction 0.49 allows");
    assertThat(write("t", rejecting("made", NAMED.atMost(0.5))).failure()).isEmpty();
  }

  @Test
  void nothingIsWrong_nothingIsKept() {
    NodeReport report = write("r", rejecting("made", DeadLetters.to("letters").unless("n >= 0")));
    assertThat(report.rowsRejected()).hasValue(0);
    assertThat(rows("good", "n")).hasSize(10);
    assertThat(folder.resolve("letters")).doesNotExist();
  }

  @Test
  void columnsThatCannotBeKept_areRefused() {
    NodeReport report = write("r", rejecting("odd", DeadLetters.to("letters").unless("n > 1")));
    assertThat(report.failure().orElseThrow().message())
        .contains(
            "rows with the column 'time' of type interval day cannot be kept as dead letters."
                + " Convert the column to text first, or leave out 'deadLetters'.");
  }

  @Test
  void plan_refusesWhatCannotWork() {
    assertThatThrownBy(
            () -> platform.plan(rejecting("made", DeadLetters.to("good").unless("n = = 1"))))
        .hasMessageContaining("dead letters go to another storage than the rows. Name one.")
        .hasMessageContaining("'where' does not parse");
    assertThatThrownBy(() -> platform.plan(rejecting("made", DeadLetters.to("letters"))))
        .hasMessageContaining(
            "storage 'good' (file) does not tell the rows that it refuses from others. Say with"
                + " 'where' which rows are right, or leave out 'deadLetters'.");
    assertThatThrownBy(
            () -> platform.plan(rejecting("made", DeadLetters.to("made").unless("true"))))
        .hasMessageContaining("storage 'made' (sql) cannot be written");
  }

  @Test
  void replay_ofAStorageWithoutDeadLetters_isRefused() {
    assertThatThrownBy(() -> platform.replay("made", replay(Optional.empty())))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "storage 'made' (sql) has no dead letters: it lacks the columns run,");
  }
}
