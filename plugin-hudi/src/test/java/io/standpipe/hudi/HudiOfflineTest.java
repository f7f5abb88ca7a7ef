package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What the connector can say without Spark. */
class HudiOfflineTest extends HudiTableFixture {

  @Test
  void factory_create_makesAHudiConnector() {
    HudiFactory factory = new HudiFactory();

    assertThat(factory.type()).isEqualTo("hudi");
    assertThat(factory.description())
        .isEqualTo("Apache Hudi tables, copy-on-write and merge-on-read, by path.");
    assertThat(factory.configType()).isEqualTo(HudiConfig.class);
    assertThat(factory.create(new ConnectorContext("sales", "hudi"), config().build()))
        .isInstanceOf(factory.connectorType())
        .isInstanceOf(SupportsIdempotentAppend.class);
  }

  @Test
  void sessionNeeds_namesClassesThatExist() throws ClassNotFoundException {
    var needs = config().connector().sessionNeeds();

    for (String name : needs.extensions()) {
      assertThat(Class.forName(name)).isNotNull();
    }
    assertThat(Class.forName(needs.conf().get("spark.kryo.registrator"))).isNotNull();
    assertThat(needs.catalogs()).isEmpty();
  }

  @Test
  void close_twice_doesNothing() {
    HudiConnector connector = config().connector();
    connector.close();
    connector.close();
  }

  @Test
  void knownSchema_declared_isThat() {
    assertThat(config().schema("id BIGINT, n STRING").connector().knownSchema())
        .contains(StructType.fromDDL("id BIGINT, n STRING"));
  }

  @Test
  void knownSchema_localTable_isThatOfItsNewestCommit() {
    HudiConnector table = config().connector();
    var version = table.write(session, sql("select 1 as id"), APPEND).version().orElseThrow();
    assertThat(table.ping(Duration.ofSeconds(1)))
        .isEqualTo("Hudi table '%s', version %s".formatted(path, version));

    table.write(
        session,
        sql("select 1 as id, map('k', array(1.5)) as m"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(table.knownSchema()).contains(table.read(session).schema());
    assertThat(Configs.at("file:" + path).connector().knownSchema())
        .contains(StructType.fromDDL("id INT, m MAP<STRING, ARRAY<DECIMAL(2,1)>>"));
  }

  @Test
  void knownSchema_nothingReadable_isUnknown() throws Exception {
    assertThat(config().connector().knownSchema()).isEmpty();
    assertThat(Configs.at("s3a://bucket/table").connector().knownSchema()).isEmpty();
    Files.createDirectories(path.resolve(".hoodie"));
    assertThat(config().connector().knownSchema()).isEmpty();
  }

  @Test
  void ping_missingOrDistantTable_isRefused() {
    assertThatThrownBy(() -> config().connector().ping(Duration.ofSeconds(1)))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Hudi table '%s': there is no table at that path. Check the path, or write to it first."
                .formatted(path));
    assertThatThrownBy(() -> Configs.at("s3a://bucket/t").connector().ping(Duration.ofSeconds(1)))
        .hasMessage(
            "cannot tell without Spark whether Hudi table 's3a://bucket/t' answers. Read it: only a Spark session can reach its file system.");
  }
}
