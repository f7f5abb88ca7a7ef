package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.hudi.HudiConfig.Insert;
import io.standpipe.hudi.HudiConfig.TableType;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class HudiMaintenanceTest extends HudiTableFixture {
  private static final WriteRequest BY_ID = WriteRequest.upsert("id");

  @Test
  void compact_mergesLogsIntoFiles() throws Exception {
    HudiConnector table = config().key("id").tableType(TableType.MERGE_ON_READ).connector();
    table.upsert(session, sql("select id, 'a' as v from range(3)"), BY_ID);
    table.upsert(session, sql("select 1L as id, 'b' as v"), BY_ID);
    assertThat(logs()).hasSize(1);

    List<Row> done = table.maintain(session, "compact", Map.of()).collectAsList();

    assertThat(done).hasSize(1);
    assertThat(done.get(0).<Long>getAs("filesAdded")).isEqualTo(1);
    assertThat(rows(table)).containsExactly("[0,a]", "[1,b]", "[2,a]");
    assertThat(table.maintain(session, "compact", Map.of()).count()).isZero();
  }

  @Test
  void clusterAndClean_mergeSmallFilesAndRemoveOldOnes() throws Exception {
    HudiConnector table = config().insert(Insert.BULK_INSERT).connector();
    WriteResult first = table.write(session, sql("select id from range(3, 0, -1, 1)"), APPEND);
    table.write(session, sql("select 0L as id"), APPEND);
    assertThat(files()).hasSize(2);

    Row clustered =
        table.maintain(session, "cluster", Map.of("sortBy", "id")).collectAsList().get(0);

    assertThat(clustered.<Long>getAs("filesAdded")).isEqualTo(1);
    assertThat(clustered.<Long>getAs("filesRemoved")).isEqualTo(2);
    assertThat(rows(table)).containsExactly("[0]", "[1]", "[2]", "[3]");
    long old = Long.parseLong(first.version().orElseThrow());
    assertThat(table.readVersion(session, new TableVersion.Number(old)).count()).isEqualTo(3);

    table.write(session, sql("select 4L as id"), OVERWRITE);
    Row cleaned =
        table.maintain(session, "clean", Map.of("retainCommits", "1")).collectAsList().get(0);
    assertThat(cleaned.<Long>getAs("filesRemoved")).isEqualTo(2);
    assertThat(rows(table)).containsExactly("[4]");
    assertThatThrownBy(() -> table.readVersion(session, new TableVersion.Number(old)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith(
            "cannot read version %d of Hudi table '%s': its files are cleaned. Choose 20"
                .formatted(old, path));
  }

  @Test
  void rollback_removesWhatAFailedWriteLeft() {
    HudiConnector table = config().connector();
    table.write(session, sql("select 1 as id"), APPEND);
    assertThatThrownBy(
            () -> table.write(session, sql("select int(raise_error('boom')) as id"), APPEND))
        .isInstanceOf(ConnectorException.class);

    assertThat(table.maintain(session, "rollback", Map.of()).count()).isEqualTo(1);
    assertThat(table.maintain(session, "rollback", Map.of()).count()).isZero();
    assertThat(rows(table)).containsExactly("[1]");
  }

  @Test
  void history_listsWhatWasDone() {
    HudiConnector table = config().key("id").connector();
    table.write(session, sql("select id from range(3)"), APPEND);
    table.upsert(session, sql("select id from range(2, 4)"), BY_ID);
    table.delete(session, sql("select 0L as id"), WriteRequest.delete("id"));

    assertThat(table.history(session).columns())
        .containsExactly("version", "timestamp", "operation", "rows");
    assertThat(table.history(session).select("operation", "rows").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[delete,1]", "[upsert,2]", "[insert,3]");
    assertThat(
            table
                .history(session)
                .where("timestamp between now() - interval 10 minutes and now()")
                .count())
        .isEqualTo(3);
  }

  @Test
  void maintain_whatIsNotThere_isRefused() {
    HudiConnector table = config().connector();
    table.write(session, sql("select 1 as id"), APPEND);

    assertThatThrownBy(() -> table.maintain(session, "vacuum", Map.of()))
        .hasMessage(
            "cannot vacuum Hudi table '%s': there is no such operation. Use one of [clean, cluster, compact, rollback]."
                .formatted(path));
    assertThatThrownBy(() -> table.maintain(session, "clean", Map.of("retain", "1")))
        .hasMessage(
            "cannot clean Hudi table '%s': unknown option 'retain'. Its options are [retainCommits]."
                .formatted(path));
    assertThatThrownBy(() -> table.maintain(session, "compact", Map.of()))
        .hasMessage(
            "cannot compact Hudi table '%s': it is copy-on-write, and has no logs. Use cluster to merge small files."
                .formatted(path));
  }

  private List<Path> files() throws Exception {
    return named("[^.].*\\.parquet");
  }

  private List<Path> logs() throws Exception {
    return named("\\..*\\.log\\..*(?<!\\.crc)");
  }

  private List<Path> named(String pattern) throws Exception {
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(file -> file.getFileName().toString().matches(pattern)).toList();
    }
  }
}
