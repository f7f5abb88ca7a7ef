package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.Platform;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines that overwrite a part of a table, over the packaged plug-ins. */
class ReplaceWhereIT {
  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static Platform platform;

  @BeforeAll
  static void open() throws IOException {
    postgres = LocalPostgres.start();
    Path configuration =
        Files.writeString(
            folder.resolve("standpipe.yaml"),
            """
            spark: {master: "local[2]", conf: {spark.sql.shuffle.partitions: 2}}
            storages:
              all: {connector: sql, query: "SELECT id, DATE '2001-01-01' + CAST(id AS INT) AS day, 'old' AS name FROM range(5)"}
              new: {connector: sql, query: "SELECT id + 10 AS id, DATE '2001-01-03' AS day, 'new' AS name FROM range(2)"}
              postgres: {connector: jdbc, url: "jdbc:postgresql://localhost:%d/postgres", user: postgres, table: t}
              h2: {connector: jdbc, file: h2/db, table: t}
              delta: {connector: delta, path: delta}
            """
                .formatted(postgres.getPort()));
    platform = Launcher.platform(configuration);
  }

  @AfterAll
  static void close() throws IOException {
    platform.close();
    postgres.close();
  }

  private static Plan plan(String steps) throws IOException {
    return platform.plan(Files.writeString(folder.resolve("pipeline.yaml"), "steps:\n" + steps));
  }

  private static RunReport run(String steps) throws IOException {
    Plan plan = plan(steps);
    return platform.run(plan, platform.newRunId(plan), new RunListener() {});
  }

  private static List<String> rows(String storage) {
    return platform.withSpark(
        spark ->
            platform
                .storages()
                .require(storage)
                .read(spark)
                .selectExpr("concat_ws(' ', id, day, name)")
                .as(Encoders.STRING())
                .collectAsList()
                .stream()
                .sorted()
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "h2", "delta"})
  void partOfATable_isReplacedAndTheRestStays(String storage) throws IOException {
    RunReport report =
        run(
            """
              - read: all
              - read: new
              - {write: %1$s, as: first, from: all, mode: overwrite}
              - {read: %1$s, as: written}
              - {as: part, sql: SELECT new.* FROM new JOIN written ON written.id = new.id - 10}
              - {write: %1$s, as: second, from: part, mode: overwrite, replaceWhere: "day >= '2001-01-03' AND day < '2001-01-05'"}
            """
                .formatted(storage));

    assertThat(report.nodes())
        .extracting(RunReport.NodeReport::failure)
        .allMatch(java.util.Optional::isEmpty);
    assertThat(report.nodes().get(5).rowsOut()).hasValue(2);
    assertThat(rows(storage))
        .containsExactly(
            "0 2001-01-01 old",
            "1 2001-01-02 old",
            "10 2001-01-03 new",
            "11 2001-01-03 new",
            "4 2001-01-05 old");

    RunReport outside =
        run(
            """
              - read: new
              - {write: %s, from: new, mode: overwrite, replaceWhere: "day = DATE '2001-01-04'"}
            """
                .formatted(storage));

    assertThat(outside.succeeded()).as("rows that the condition does not select").isFalse();
    assertThat(outside.nodes().get(1).failure().orElseThrow().verdict()).isEqualTo("data");
    assertThat(rows(storage)).hasSize(5);
  }

  @Test
  void expression_isTakenByDeltaAndRefusedByJdbcBeforeAnythingRuns() throws IOException {
    String steps =
        """
          - {read: new, as: renamed}
          - {as: typed, sql: "SELECT id, day, name FROM renamed"}
          - {write: %s, from: typed, mode: overwrite, replaceWhere: "id >= 10 AND upper(name) = 'NEW'"}
        """;
    assertThat(run(steps.formatted("delta")).succeeded()).isTrue();

    RunReport refused = run(steps.formatted("postgres"));

    assertThat(refused.nodes().get(2).failure().orElseThrow().message())
        .contains(
            "storage 'postgres' (jdbc) cannot apply (upper(renamed.name) = 'NEW'). In 'replaceWhere' it can only compare"
                + " columns with values of their type: =, <>, <, <=, >, >=, BETWEEN, IN, LIKE, IS NULL, joined by AND, OR, NOT.");
    assertThat(refused.nodes().get(2).rowsOut()).isEmpty();
  }
}
