package io.standpipe.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaMaintenanceTest extends DeltaTableFixture {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  @Test
  void vacuum_filesOfOldVersions_areRemovedAfterTheirTime() throws IOException {
    SparkSession bold = session.cloneSession();
    bold.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
    table.write(session, session.range(0, 10).toDF(), APPEND);
    List<Path> old = dataFiles();
    table.write(session, session.range(10, 15).toDF(), WriteRequest.of(WriteMode.OVERWRITE));

    assertThat(
            table.maintain(session, "vacuum", Map.of("retention", "7d", "dryRun", "true")).count())
        .isZero();
    assertThat(table.maintain(bold, "vacuum", Map.of("retention", "0s", "dryRun", "true")).count())
        .isEqualTo(old.size());
    assertThat(dataFiles()).containsAll(old);

    table.maintain(bold, "vacuum", Map.of("retention", "PT0S"));

    assertThat(dataFiles()).isNotEmpty().doesNotContainAnyElementsOf(old);
    assertThat(table.read(session).count()).isEqualTo(5);
  }

  @Test
  void vacuum_shortRetention_isRefused() {
    table.write(session, session.range(1).toDF(), APPEND);

    assertThatThrownBy(() -> table.maintain(session, "vacuum", Map.of("retention", "90m")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot vacuum Delta table '%s': ".formatted(path))
        .hasMessageEndingWith(
            "Keep at least 168 hours. If no reader or writer runs longer, set"
                + " spark.databricks.delta.retentionDurationCheck.enabled to false.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "7 weeks", "-PT1H", "99999999999999999999h"})
  void vacuum_noDuration_isRefused(String retention) {
    table.write(session, session.range(1).toDF(), APPEND);

    assertThatThrownBy(() -> table.maintain(session, "vacuum", Map.of("retention", retention)))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "retention is no duration: '%s'. Use for example 168h, 7d or PT168H."
                .formatted(retention));
  }

  @Test
  void optimize_smallFiles_areMerged() {
    table.write(session, session.range(0, 100, 1, 4).toDF(), APPEND);
    table.write(session, session.range(100, 200, 1, 4).toDF(), APPEND);
    assertThat(filesInUse()).isEqualTo(8);

    Row report = table.maintain(session, "optimize", Map.of()).first();

    assertThat(filesInUse()).isEqualTo(1);
    assertThat(table.read(session).count()).isEqualTo(200);
    Row metrics = report.getAs("metrics");
    assertThat(metrics.<Long>getAs("numFilesRemoved")).isEqualTo(8);
  }

  @Test
  void optimize_zOrder_clustersTheRows() {
    DeltaConnector partitioned = new DeltaConnector(Configs.partitionedBy(path, "p"));
    partitioned.write(
        session,
        session.range(0, 100, 1, 4).selectExpr("id", "id * 7 % 100 as k", "'x' as p"),
        APPEND);
    partitioned.write(
        session,
        session.range(0, 100, 1, 4).selectExpr("id", "id * 7 % 100 as k", "'y' as p"),
        APPEND);

    partitioned.maintain(session, "optimize", Map.of("zOrderBy", "k, id", "where", "p = 'x'"));

    assertThat(filesInUse()).isEqualTo(1 + 4);
    Row last = partitioned.history(session).first();
    assertThat(last.<Object>getAs("operationParameters").toString())
        .contains("zOrderBy -> [\"k\",\"id\"]");
    assertThat(partitioned.read(session).count()).isEqualTo(200);
  }

  @Test
  void maintain_unknownOperationOrOption_isRefused() {
    assertThat(table.maintenanceOperations()).containsExactlyInAnyOrder("vacuum", "optimize");
    assertThatThrownBy(() -> table.maintain(session, "compact", Map.of()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot compact Delta table '%s': there is no such operation. Use one of [optimize,"
                    .formatted(path)
                + " vacuum].");
    assertThatThrownBy(() -> table.maintain(session, "vacuum", Map.of("keep", "7d")))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot vacuum Delta table '%s': unknown option 'keep'. Its options are [dryRun,"
                    .formatted(path)
                + " retention].");
  }

  @Test
  void maintain_missingTable_isRefused() {
    assertThatThrownBy(() -> table.maintain(session, "optimize", Map.of()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("it does not exist");
  }

  private long filesInUse() {
    return DeltaSession.sql("DESCRIBE DETAIL delta.`%s`".formatted(path))
        .select("numFiles")
        .first()
        .getLong(0);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }
}
