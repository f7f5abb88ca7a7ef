package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the connector can say without Spark. */
class DeltaOfflineTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String COMMIT_WITH_SCHEMA =
      "{\"commitInfo\":{}}\n{\"metaData\":{\"id\":\"x\",\"schemaString\":\"{\\\"type\\\":\\\"struct\\\","
          + "\\\"fields\\\":[{\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"integer\\\",\\\"nullable\\\":true,"
          + "\\\"metadata\\\":{\\\"delta.columnMapping.id\\\":1}}]}\"}}\n";

  @TempDir Path folder;

  @Test
  void factory_create_makesADeltaConnector() {
    DeltaFactory factory = new DeltaFactory();

    assertThat(factory.type()).isEqualTo("delta");
    assertThat(factory.description()).isEqualTo("Delta Lake tables, by path or catalog name.");
    assertThat(factory.configType()).isEqualTo(DeltaConfig.class);
    assertThat(
            factory.create(
                new ConnectorContext("sales", "delta"), DeltaConfig.ofPath("/data/sales")))
        .isInstanceOf(factory.connectorType())
        .isInstanceOf(SupportsIdempotentAppend.class);
  }

  @Test
  void sessionNeeds_namesClassesThatExist() throws ClassNotFoundException {
    var needs = connector(folder).sessionNeeds();

    for (String name : needs.extensions()) {
      assertThat(Class.forName(name)).isNotNull();
    }
    assertThat(needs.catalogs()).containsOnlyKeys("spark_catalog");
    assertThat(Class.forName(needs.catalogs().get("spark_catalog"))).isNotNull();
  }

  @Test
  void close_twice_doesNothing() {
    DeltaConnector connector = connector(folder);
    connector.close();
    connector.close();
  }

  @Test
  void knownSchema_declared_isThat() {
    assertThat(new DeltaConnector(Configs.withSchema(folder, "id BIGINT, n STRING")).knownSchema())
        .contains(StructType.fromDDL("id BIGINT, n STRING"));
  }

  @Test
  void knownSchema_localTable_isItsNewestOrPinned() {
    SparkSession session = DeltaSession.get();
    Path path = folder.resolve("a table");
    DeltaConnector table = connector(path);
    table.write(session, sql("select 1 as id"), APPEND);
    table.write(
        session,
        sql("select 1 as id, map('k', array(1)) as m"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(table.knownSchema()).contains(table.read(session).schema());
    assertThat(connector("file:" + path).knownSchema()).contains(table.read(session).schema());
    assertThat(new DeltaConnector(Configs.atVersion(path, 0)).knownSchema())
        .contains(StructType.fromDDL("id INT"));
    assertThat(new DeltaConnector(Configs.atTime(path, Instant.now())).knownSchema()).isEmpty();
    assertThat(table.ping(Duration.ofSeconds(1)))
        .isEqualTo("Delta table '%s', version 1".formatted(path));
  }

  @Test
  void knownSchema_logWithoutChecksums_isFoundInCommits() throws Exception {
    log("00000000000000000000.json", COMMIT_WITH_SCHEMA);
    log("00000000000000000001.json", "{\"add\":{\"path\":\"x\"}}\n");

    StructType known = connector(folder).knownSchema().orElseThrow();

    assertThat(known).isEqualTo(StructType.fromDDL("id INT"));
    assertThat(known.apply("id").metadata().json()).isEqualTo("{}");
  }

  @Test
  void knownSchema_schemaOnlyInCheckpoint_isUnknown() throws Exception {
    log("00000000000000000010.checkpoint.parquet", "");
    log("00000000000000000010.json", "{\"add\":{\"path\":\"x\"}}\n");

    assertThat(connector(folder).knownSchema()).isEmpty();
  }

  @Test
  void knownSchema_nothingReadable_isUnknown() throws Exception {
    assertThat(connector(folder.resolve("missing")).knownSchema()).isEmpty();
    assertThat(connector("s3a://bucket/table").knownSchema()).isEmpty();
    assertThat(new DeltaConnector(DeltaConfig.ofTable("t")).knownSchema()).isEmpty();
    log("00000000000000000000.json", "{\"metaData\"broken");
    assertThat(connector(folder).knownSchema()).isEmpty();
  }

  @Test
  void ping_missingTable_isRefused() {
    assertThatThrownBy(() -> connector(folder).ping(Duration.ofSeconds(1)))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Delta table '%s': there is no table at that path. Check the path, or write"
                    .formatted(folder)
                + " to it first.");
  }

  @Test
  void ping_notLocal_isRefusedRatherThanCalledWell() {
    for (DeltaConnector remote :
        List.of(connector("s3a://bucket/t"), new DeltaConnector(DeltaConfig.ofTable("t")))) {
      assertThatThrownBy(() -> remote.ping(Duration.ofSeconds(1)))
          .isInstanceOf(ConnectorException.class)
          .hasMessageStartingWith("cannot tell without Spark whether Delta table '")
          .hasMessageEndingWith(
              "t' answers. Read it: only a Spark session can reach its catalog or file system.");
    }
  }

  private void log(String name, String content) throws Exception {
    Files.writeString(Files.createDirectories(folder.resolve("_delta_log")).resolve(name), content);
  }

  private static DeltaConnector connector(Object path) {
    return new DeltaConnector(DeltaConfig.ofPath(path.toString()));
  }
}
