package io.standpipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.PlanPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of streams before anything runs. */
class StreamPlanTest {
  @TempDir Path folder;

  @BeforeEach
  void configuration() throws IOException {
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        storages:
          clicks: {connector: file, format: csv, path: clicks, schema: "id BIGINT, page STRING, at TIMESTAMP"}
          out: {connector: file, format: json, path: out}
          copy: {connector: file, format: json, path: copy}
          table: {connector: sql, table: default.clicks}
        """);
  }

  private Plan plan(String steps) throws IOException {
    Path pipeline = Files.writeString(folder.resolve("p.yaml"), "steps:\n" + steps);
    try (Platform platform =
        Platform.builder()
            .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
            .open()) {
      return platform.plan(pipeline);
    }
  }

  private List<String> problems(String steps) throws IOException {
    try {
      plan(steps);
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream()
          .map(problem -> problem.position().line() + ": " + problem.message())
          .toList();
    }
  }

  @Test
  void plan_stream_showsHowItRuns() throws IOException {
    Plan plan =
        plan(
            """
              - {read: clicks, stream: true}
              - {write: out, from: clicks, mode: append, checkpoint: state/out, every: 1500ms, stopAfter: 1h}
            """);

    assertThat(PlanPrinter.text(plan))
        .contains("1. read stream clicks")
        .contains("2. write out (append, append rows every 1.5 s, exactlyOnce)");
    assertThat(PlanPrinter.json(plan))
        .contains("\"checkpoint\" : \"" + folder.resolve("state/out") + "\"")
        .contains("\"stopAfter\" : \"PT1H\"");
  }

  @Test
  void settings_whereTheyDoNotBelong_refused() throws IOException {
    assertThat(
            problems(
                """
                  - {read: clicks, stream: true, version: 3}
                  - {as: a, from: clicks, filter: id > 1, checkpoint: x}
                  - {as: b, from: clicks, filter: id > 1, stream: true}
                  - {write: out, from: a, mode: append, every: 1s}
                """))
        .containsExactly(
            "2: 'version' and 'timestamp' do not go with 'stream'",
            "3: 'checkpoint' goes with write, not with filter",
            "4: 'stream' goes with read, not with filter",
            "5: 'every', 'outputMode', 'delivery' and 'stopAfter' are for writes of a stream, which need"
                + " 'checkpoint', the folder that keeps how far the stream has come");
  }

  @Test
  void modes_thatAStreamCannotHave_refused() throws IOException {
    assertThat(
            problems(
                """
                  - {read: clicks, stream: true}
                  - {as: counts, sql: "SELECT page, count(*) AS n FROM clicks GROUP BY page"}
                  - {write: out, as: a, from: clicks, mode: overwrite, checkpoint: a}
                  - {write: copy, as: b, from: counts, mode: append, outputMode: complete, checkpoint: b}
                  - {write: table, as: d, from: clicks, mode: append, checkpoint: d}
                  - {write: table, as: e, from: clicks, mode: append, delivery: atLeastOnce, checkpoint: e}
                  - {write: clicks, as: c, from: clicks, mode: ignore, checkpoint: a/}
                """))
        .containsExactlyInAnyOrder(
            "4: step 'a': each batch would replace the rows of the one before. Use append or upsert, or"
                + " outputMode complete.",
            "5: step 'b': with outputMode complete each batch has all rows, and append would add them"
                + " again. Use overwrite or upsert.",
            "8: step 'c': 'a' has the same checkpoint. Give each write a folder of its own.",
            "8: step 'c': mode ignore would write the first batch only. Use append, upsert, delete, or"
                + " overwrite with outputMode complete.",
            "8: step 'c': its rows come from 'clicks', which reads the same storage, and would change with"
                + " each batch. Write to another storage.",
            "6: step 'd': storage 'table' (sql) does not recognise a batch that is repeated after a failure,"
                + " and would append it twice. Allow it with 'delivery: atLeastOnce'.",
            "7: step 'e': 'd' writes the storage 'table' from a stream, which ends when the run does. Put the"
                + " rows of both into one write with UNION ALL, or write in another pipeline.");
  }

  @Test
  void steps_thatDoNotFitAStream_refused() throws IOException {
    assertThat(
            problems(
                """
                  - {read: clicks, stream: true}
                  - {read: table, stream: true}
                  - {read: copy}
                  - {write: out, as: a, from: clicks, mode: append}
                  - {write: out, as: b, from: copy, mode: append, checkpoint: b}
                  - {write: table, as: c, from: table, mode: append, checkpoint: c}
                """))
        .containsExactlyInAnyOrder(
            "3: step 'table': storage 'table' (sql) does not support stream read.",
            "5: step 'a': its rows come from the stream 'clicks'. Add 'checkpoint', a folder that keeps how"
                + " far the stream has come.",
            "6: step 'b': 'checkpoint' is for rows of a stream, and none of its rows come from one. Read with"
                + " 'stream: true', or remove it.",
            "7: step 'c': storage 'table' (sql) does not recognise a batch that is repeated after a failure,"
                + " and would append it twice. Allow it with 'delivery: atLeastOnce'.",
            "7: step 'c': its rows come from 'table', which reads the same storage, and would change with"
                + " each batch. Write to another storage.");
  }

  @Test
  void readOfWhatAStreamWrites_refused() throws IOException {
    assertThat(
            problems(
                """
                  - {read: clicks, stream: true}
                  - {write: out, from: clicks, mode: append, checkpoint: a}
                  - {read: out}
                  - {write: copy, from: out, mode: append}
                """))
        .containsExactly(
            "4: step 'out': 'write_out' writes the storage 'out' from a stream, which ends when the run does."
                + " Read it in another pipeline.");
  }

  @Test
  void queries_thatSparkCannotRunOnAStream_refused() throws IOException {
    assertThat(
            problems(
                """
                  - {read: clicks, stream: true}
                  - {as: sorted, sql: SELECT * FROM clicks ORDER BY id}
                  - {write: out, from: sorted, mode: append, checkpoint: a}
                  - {as: counts, sql: "SELECT page, count(*) AS n FROM clicks GROUP BY page"}
                  - {write: copy, from: counts, mode: append, checkpoint: b}
                """))
        .containsExactly(
            "4: step 'write_out': line 1, column 22: Sorting is not supported on streaming DataFrames/Datasets, unless it is on"
                + " aggregated DataFrame/Dataset in Complete output mode",
            "6: step 'write_copy': Append output mode not supported when there are streaming aggregations on"
                + " streaming DataFrames/DataSets without watermark");
  }
}
