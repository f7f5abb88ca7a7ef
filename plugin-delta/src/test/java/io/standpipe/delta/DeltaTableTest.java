package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sorted;
import static io.standpipe.delta.DeltaSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables as such, in folders and in the catalog. */
class DeltaTableTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final StructType SCHEMA = StructType.fromDDL("id INT NOT NULL, name STRING");

  private final SparkSession session = DeltaSession.get();
  @TempDir Path folder;

  @Test
  void create_byPath_makesAnEmptyTable() {
    DeltaConnector table = new DeltaConnector(Configs.partitionedBy(folder.resolve("t"), "name"));
    assertThat(table.exists(session)).isFalse();

    table.create(session, SCHEMA);

    assertThat(table.exists(session)).isTrue();
    assertThat(table.read(session).schema()).isEqualTo(SCHEMA);
    assertThat(table.read(session).count()).isZero();
    assertThatThrownBy(
            () -> table.write(session, sql("select cast(null as int) as id, 'x' as name"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("id");
    assertThatThrownBy(() -> table.create(session, SCHEMA))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot create Delta table '%s': it exists. Drop it first, or use it as it is."
                .formatted(folder.resolve("t")));
  }

  @Test
  void drop_byPath_removesEverything() {
    Path path = folder.resolve("t");
    DeltaConnector table = new DeltaConnector(DeltaConfig.ofPath(path.toString()));
    table.write(session, sql("select 1 as id"), APPEND);

    table.drop(session);

    assertThat(path).doesNotExist();
    assertThat(table.exists(session)).isFalse();
    assertThatThrownBy(() -> table.drop(session))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("it does not exist");
    table.write(session, sql("select 'other' as name"), APPEND);
    assertThat(sorted(table.read(session))).containsExactly("[other]");
  }

  @Test
  void catalogTable_wholeLife_worksAsByPath() {
    sql("CREATE DATABASE IF NOT EXISTS shop");
    DeltaConnector table =
        new DeltaConnector(
            new DeltaConfig(
                Optional.empty(),
                Optional.of("shop.orders"),
                List.of("day"),
                Map.of("delta.enableChangeDataFeed", "true", "team", "air"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    WriteRequest once = APPEND.withToken(new CommitToken("r", "n"));
    assertThat(table.exists(session)).isFalse();

    WriteResult created = table.write(session, sql("select 1 as id, 'mon' as day"), once);
    WriteResult repeated = table.write(session, sql("select 1 as id, 'mon' as day"), once);
    WriteResult appended = table.write(session, sql("select 'tue' as day, 2 as id"), APPEND);
    WriteResult merged =
        table.upsert(session, sql("select 2 as id, 'wed' as day"), WriteRequest.upsert("id"));

    assertThat(created).isEqualTo(WriteResult.committed(1).withVersion("0"));
    assertThat(repeated).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(appended).isEqualTo(WriteResult.committed(1).withVersion("1"));
    assertThat(merged).isEqualTo(WriteResult.committed(1).withVersion("2"));
    assertThat(sorted(table.read(session))).containsExactly("[1,mon]", "[2,wed]");
    assertThat(sorted(sql("select * from shop.orders"))).containsExactly("[1,mon]", "[2,wed]");
    assertThat(sorted(table.readVersion(session, new TableVersion.Number(1))))
        .containsExactly("[1,mon]", "[2,tue]");
    assertThat(table.changes(session, new TableVersion.Number(2), Optional.empty()).count())
        .isEqualTo(2);
    assertThat(sorted(sql("SHOW TBLPROPERTIES shop.orders"))).contains("[team,air]");

    table.write(
        session,
        sql("select 'x' as other, 'mon' as day"),
        WriteRequest.of(WriteMode.OVERWRITE).evolving(SchemaEvolution.REPLACE));
    assertThat(sorted(sql("select * from shop.orders"))).containsExactly("[x,mon]");
    assertThat(table.maintain(session, "optimize", Map.of()).count()).isEqualTo(1);
    assertThat(table.history(session).count()).isGreaterThanOrEqualTo(4);

    table.drop(session);
    assertThat(table.exists(session)).isFalse();
  }

  @Test
  void catalogTable_failingFirstWrite_leavesNoTable() {
    DeltaConnector table = new DeltaConnector(DeltaConfig.ofTable("failing"));

    assertThatThrownBy(
            () ->
                table.write(
                    session, sql("select cast(raise_error('no') as string) as name"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot append to Delta table 'failing': no.");
    assertThat(table.exists(session)).isFalse();

    table.write(session, sql("select 'x' as name"), APPEND);
    assertThat(sorted(table.read(session))).containsExactly("[x]");
    table.drop(session);
  }

  @Test
  void catalogTable_externalFiles_areRemovedByDrop() {
    Path path = folder.resolve("external");
    sql("CREATE TABLE external (id INT) USING delta LOCATION '%s'".formatted(path));
    DeltaConnector table = new DeltaConnector(DeltaConfig.ofTable("external"));
    table.write(session, sql("select 1 as id"), APPEND);

    table.drop(session);

    assertThat(Files.exists(path)).isFalse();
    assertThat(session.catalog().tableExists("external")).isFalse();
  }

  @Test
  void catalogTable_ofAnotherFormat_isRefused() {
    sql("CREATE TABLE plain (id INT) USING parquet");

    assertThatThrownBy(() -> new DeltaConnector(DeltaConfig.ofTable("plain")).read(session))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open table 'plain': it is in the catalog, but is no Delta table. Use the"
                + " connector of its format, or another name.");
    sql("DROP TABLE plain");
  }
}
