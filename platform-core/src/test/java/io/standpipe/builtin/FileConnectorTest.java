package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Spark.class)
class FileConnectorTest {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void knownSchema_isTheDeclaredOne() {
    assertThat(
            Config.file("json", "/nowhere")
                .with("schema", "id BIGINT, name STRING")
                .connector()
                .knownSchema())
        .contains(StructType.fromDDL("id BIGINT, name STRING"));
  }

  @Test
  void knownSchema_ofStringsComesFromTheHeader_asSparkReadsIt() throws IOException {
    Path file =
        Files.writeString(folder.resolve("a.csv"), "\ufeffid;\"na;\"\"me\"; x\r\n1;2;3\r\n");
    FileConnector connector =
        Config.file("csv", file).with("inferSchema", "false").with("delimiter", ";").connector();

    assertThat(connector.knownSchema()).isPresent();
    assertThat(connector.knownSchema().orElseThrow().fieldNames())
        .containsExactly("id", "na;\"me", " x");
    assertThat(connector.read(session()).schema()).isEqualTo(connector.knownSchema().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"true, 'id,name'", "false, 'id,ID'", "false, 'id,,x'", "false, 'id,\"na'", "false, "})
  void knownSchema_thatOnlySparkCanTell_isEmpty(String inferSchema, String header)
      throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), header == null ? "" : header + "\n");

    assertThat(Config.file("csv", file).with("inferSchema", inferSchema).connector().knownSchema())
        .isEmpty();
  }

  @Test
  void knownSchema_ofMissingFile_isEmpty() {
    assertThat(
            Config.file("csv", folder.resolve("nowhere"))
                .with("inferSchema", "false")
                .connector()
                .knownSchema())
        .isEmpty();
  }

  @Test
  void ping_countsFilesAndBytes() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "id\n1\n");
    Files.writeString(folder.resolve("b.csv"), "id\n2\n");
    Files.writeString(folder.resolve("_hidden"), "x");

    assertThat(Config.file("csv", folder).connector().ping(SECONDS))
        .isEqualTo("2 files, 10 bytes in " + folder);
    assertThat(Config.file("csv", folder + "/a*").connector().ping(SECONDS))
        .isEqualTo("1 file, 5 bytes in " + folder + "/a*");
    assertThat(Config.file("csv", "s3a://bucket/key").connector().ping(SECONDS))
        .isEqualTo("s3a://bucket/key is not checked: only a Spark session can open s3a");
  }

  @Test
  void ping_ofMissingPath_fails() {
    assertThatThrownBy(() -> Config.file("csv", folder + "/nowhere").connector().ping(SECONDS))
        .isInstanceOf(ConnectorException.class)
        .hasMessage("'" + folder + "/nowhere' is not there. Check 'path', or write it first.");
  }

  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void table_isCreatedAndDropped(FileFormat format) {
    Path path = folder.resolve("t");
    FileConnector connector = Config.file(format.id(), path).connector();
    StructType schema = StructType.fromDDL("value STRING");

    assertThat(connector.exists(session())).isFalse();
    connector.create(session(), schema);
    assertThat(connector.exists(session())).isTrue();
    assertThat(connector.read(session()).schema()).isEqualTo(schema);
    assertThat(connector.read(session()).count()).isZero();
    assertThatThrownBy(() -> connector.create(session(), schema))
        .hasMessage(
            "cannot create '" + path + "': it is there already. Drop it first, or write to it.");

    connector.write(session(), sql("SELECT 'a' AS value"), WriteRequest.of(WriteMode.APPEND));
    connector.drop(session());
    assertThat(connector.exists(session())).isFalse();
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(() -> connector.drop(session()))
        .hasMessage("cannot drop '" + path + "': nothing is there. Check 'path'.");
  }

  @Test
  void drop_ofAFolderWithOtherFiles_isRefused() throws IOException {
    Path path = folder.resolve("t");
    FileConnector connector = Config.file("csv", path).connector();
    connector.write(session(), sql("SELECT 1 AS id"), WriteRequest.of(WriteMode.APPEND));
    Files.writeString(path.resolve("thesis.docx"), "x");

    assertThatThrownBy(() -> connector.drop(session()))
        .hasMessage(
            "cannot drop '"
                + path
                + "': it has a file that is no part of it, 'thesis.docx'. Check 'path', or delete"
                + " the folder by hand.");
    assertThat(path.resolve("thesis.docx")).exists();
    assertThatThrownBy(() -> Config.file("csv", folder + "/*").connector().drop(session()))
        .hasMessage("'" + folder + "/*' is a glob, not one folder. Name one folder in 'path'.");
  }

  @Test
  void sessionNeeds_areNone() {
    assertThat(Config.file("parquet", "/x").connector().sessionNeeds().conf()).isEmpty();
  }
}
