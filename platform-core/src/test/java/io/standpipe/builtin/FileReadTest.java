package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.rows;
import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Spark.class)
class FileReadTest {
  @TempDir Path folder;

  private Path resource(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = FileReadTest.class.getResourceAsStream(name)) {
      Files.copy(in, copy);
    }
    return copy;
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flights-one-line.json", "flights-pretty.json", "flights-lines.json"})
  void json_ofAnyShape_isReadWithoutFurtherOptions(String name) throws IOException {
    Dataset<Row> flights = Config.file("json", resource(name)).connector().read(session());

    assertThat(flights.schema().fieldNames())
        .containsExactlyInAnyOrder("date", "delay", "distance", "origin", "destination");
    assertThat(flights.count()).isEqualTo(40);
    assertThat(flights.where("origin = 'DTW' AND delay = 66").select("destination").first())
        .hasToString("[LAS]");
  }

  @Test
  void json_compressedArrayWithByteOrderMark_isRead() throws IOException {
    Path file = folder.resolve("a.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("\ufeff\n [\n{\"a\": 1},\n{\"a\": 2}\n]".getBytes("UTF-8"));
    }

    assertThat(rows(Config.file("json", file).connector().read(session())))
        .containsExactly("[1]", "[2]");
  }

  @Test
  void csv_ofRealAirports_hasTypesAndQuotedCommas() throws IOException {
    Dataset<Row> airports =
        Config.file("csv", resource("airports.csv")).connector().read(session());

    assertThat(airports.schema().toDDL())
        .isEqualTo(
            "iata STRING,name STRING,city STRING,state STRING,country STRING,latitude"
                + " DOUBLE,longitude DOUBLE");
    assertThat(airports.where("iata = 'DBN'").select("name").first())
        .hasToString("[W. H. \"Bud\" Barron]");
    assertThat(airports.where("iata = '35A'").select("name", "city").first())
        .hasToString("[Union County, Troy Shelton,Union]");
  }

  @Test
  void csv_withQuotedEmptyNumbers_failsAndSaysHow_andIsReadWithEmptyNullValue() throws IOException {
    Path file = file("a.csv", "\"id\",\"size\"\n\"1\",\"\"\n\"2\",\"5\"\n");

    assertThatThrownBy(() -> Config.file("csv", file).connector().read(session()).collectAsList())
        .rootCause()
        .hasMessageContaining("\"\"");
    assertThat(rows(Config.file("csv", file).with("nullValue", "").connector().read(session())))
        .containsExactly("[1,null]", "[2,5]");
  }

  @Test
  void csv_withOwnDelimiterEncodingAndFormats_isReadAndWrittenSo() throws IOException {
    Config config =
        Config.file("csv", folder.resolve("t"))
            .with("delimiter", ";")
            .with("encoding", "ISO-8859-1")
            .with("dateFormat", "dd.MM.yyyy")
            .with("timestampFormat", "dd.MM.yyyy HH:mm")
            .with("schema", "name STRING, day DATE, at TIMESTAMP");
    Dataset<Row> rows =
        sql("SELECT 'é;' AS name, DATE'2001-02-03' AS day, TIMESTAMP'2001-02-03 04:05:00' AS at");
    config.connector().write(session(), rows, WriteRequest.of(WriteMode.OVERWRITE));

    try (var files = Files.list(folder.resolve("t"))) {
      Path part = files.filter(f -> f.toString().endsWith(".csv")).findFirst().orElseThrow();
      assertThat(Files.readString(part, java.nio.charset.StandardCharsets.ISO_8859_1))
          .isEqualTo("name;day;at\n\"é;\";03.02.2001;03.02.2001 04:05\n");
    }
    assertThat(rows(config.connector().read(session()))).isEqualTo(rows(rows));
  }

  @Test
  void csv_withSchemaInAnotherOrderThanTheHeader_isRefused() throws IOException {
    FileConnector connector =
        Config.file("csv", file("a.csv", "a,b\n1,2\n"))
            .with("schema", "b STRING, a STRING")
            .connector();

    assertThatThrownBy(() -> connector.read(session()).collectAsList())
        .rootCause()
        .hasMessageContaining("CSV header does not conform to the schema");
  }

  private static final String BROKEN_CSV = "id,size\n1,10\n2,many\n3,30,surplus\n4,40\n";
  private static final String BROKEN_JSON =
      "{\"id\":1,\"size\":10}\n{\"id\":2,\"size\":\"many\"}\n{\"id\":3,\n{\"id\":4,\"size\":40}\n";

  private Config broken(String format) throws IOException {
    return Config.file(
            format, file("broken." + format, format.equals("csv") ? BROKEN_CSV : BROKEN_JSON))
        .with("schema", "id INT, size INT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void corruptRecord_byDefault_failsTheRead(String format) throws IOException {
    FileConnector connector = broken(format).connector();

    assertThatThrownBy(() -> connector.read(session()).collectAsList())
        .hasStackTraceContaining("Malformed records are detected in record parsing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void corruptRecord_inColumnThatIsNotAskedFor_failsTheReadAsWell(String multiLine)
      throws IOException {
    FileConnector connector = broken("csv").with("multiLine", multiLine).connector();

    assertThatThrownBy(() -> connector.read(session()).select("id").collectAsList())
        .hasStackTraceContaining("Malformed records are detected in record parsing");
    assertThatThrownBy(() -> connector.read(session()).count())
        .hasStackTraceContaining("Malformed records are detected in record parsing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void corruptRecord_dropped_leavesTheOthers(String format) throws IOException {
    FileConnector connector = broken(format).with("corruptRecords", "drop").connector();

    assertThat(rows(connector.read(session()))).containsExactly("[1,10]", "[4,40]");
    assertThat(connector.read(session()).count()).isEqualTo(2);
  }

  @Test
  void corruptRecord_kept_isInAColumnOfItsOwn() throws IOException {
    assertThat(rows(broken("csv").with("corruptRecords", "keep").connector().read(session())))
        .containsExactly("[1,10,null]", "[2,null,2,many]", "[3,30,3,30,surplus]", "[4,40,null]");
    assertThat(
            rows(
                broken("json")
                    .with("corruptRecords", "keep")
                    .with("corruptRecordColumn", "bad")
                    .connector()
                    .read(session())
                    .select("id", "size", "bad")))
        .containsExactly(
            "[1,10,null]",
            "[2,null,{\"id\":2,\"size\":\"many\"}]",
            "[4,40,null]",
            "[null,null,{\"id\":3,]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void corruptRecord_kept_canBeAskedForAlone(String format) throws IOException {
    Dataset<Row> rows = broken(format).with("corruptRecords", "keep").connector().read(session());

    assertThat(rows.where("_corrupt_record IS NOT NULL").count()).isEqualTo(2);
    assertThat(rows.select("_corrupt_record").where("_corrupt_record IS NULL").count())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void corruptRecord_keptWithInferredSchema_hasTheColumn(String format) throws IOException {
    Path file =
        file("a." + format, format.equals("csv") ? "id,size\n1,10\n" : "{\"id\":1,\"size\":10}\n");

    assertThat(
            rows(
                Config.file(format, file)
                    .with("corruptRecords", "keep")
                    .connector()
                    .read(session())))
        .containsExactly("[1,10,null]");
  }

  @Test
  void corruptRecord_whileTheSchemaIsInferred_saysWhatToDo() throws IOException {
    Path file = file("a.json", BROKEN_JSON);

    assertThatThrownBy(() -> Config.file("json", file).connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot read '" + file + "': ")
        .hasMessageEndingWith(
            "Correct the records, check 'schema' and 'multiLine', or set corruptRecords to keep or"
                + " drop. For quoted empty values in columns of numbers set nullValue to the empty"
                + " text.");
  }

  @Test
  void glob_readsWhatMatches_butNothingHidden() throws IOException {
    file("d/a-1.csv", "id\n1\n");
    file("d/a-2.csv", "id\n2\n");
    file("d/_a-3.csv", "id\n3\n");
    file("d/.a-4.csv", "id\n4\n");
    file("d/b.csv", "id\n5\n");

    assertThat(rows(Config.file("csv", folder + "/d/a-*.csv").connector().read(session())))
        .containsExactly("[1]", "[2]");
    assertThat(rows(Config.file("csv", folder + "/d/*").connector().read(session())))
        .containsExactly("[1]", "[2]", "[5]");
    assertThat(rows(Config.file("csv", folder + "/d/{a-2,b}.csv").connector().read(session())))
        .containsExactly("[2]", "[5]");
  }

  @Test
  void suffix_readsOnlySuchFiles() throws IOException {
    file("d/a.csv", "id\n1\n");
    file("d/a.csv.bak", "id\n2\n");

    assertThat(
            rows(
                Config.file("csv", folder.resolve("d"))
                    .with("suffix", ".csv")
                    .connector()
                    .read(session())))
        .containsExactly("[1]");
  }

  @Test
  void recursive_readsAllFoldersBelow() throws IOException {
    file("d/x/a.csv", "id\n1\n");
    file("d/y/z/b.csv", "id\n2\n");

    assertThat(
            rows(
                Config.file("csv", folder.resolve("d"))
                    .with("recursive", "true")
                    .connector()
                    .read(session())))
        .containsExactly("[1]", "[2]");
  }

  @Test
  void path_withSpacesAndPercentSigns_isTakenLiterally() throws IOException {
    Path file = file("a b%20c#ą/d e.csv", "id\n1\n");

    assertThat(rows(Config.file("csv", file).connector().read(session()))).containsExactly("[1]");
  }

  @Test
  void mergeSchema_readsColumnsOfAllFiles() {
    Path path = folder.resolve("t");
    sql("SELECT 1 AS a").write().parquet(path.resolve("x.parquet").toString());
    sql("SELECT 2 AS b").write().parquet(path.resolve("y.parquet").toString());

    assertThat(
            rows(
                Config.file("parquet", path + "/*")
                    .with("mergeSchema", "true")
                    .connector()
                    .read(session())
                    .select("a", "b")))
        .containsExactly("[1,null]", "[null,2]");
  }

  @Test
  void options_arePassedOn() throws IOException {
    Path file = file("a.csv", "# made by hand\nid\n1\n");

    assertThat(
            rows(
                Config.file("csv", file)
                    .with("options", Map.of("comment", "#"))
                    .connector()
                    .read(session())))
        .containsExactly("[1]");
  }

  @Test
  void missingPath_isNamed() {
    Path path = folder.resolve("nowhere.csv");

    assertThatThrownBy(() -> Config.file("csv", path).connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot read '"
                + path
                + "': nothing is there. Check 'path', or write the storage first.");
    assertThatThrownBy(() -> Config.file("csv", folder).connector().read(session()))
        .hasMessage(
            "cannot read '"
                + folder
                + "': the folder has no files. Check 'path', or write the storage first.");
    assertThatThrownBy(() -> Config.file("csv", path + "*").connector().read(session()))
        .hasMessage("cannot read '" + path + "*': no file matches. Check the glob in 'path'.");
  }

  @Test
  void schema_thatIsNoDdl_isQuoted() throws IOException {
    Path file = file("a.csv", "id\n1\n");

    assertThatThrownBy(
            () -> Config.file("csv", file).with("schema", "id: int;").connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "'schema' cannot be parsed: 'id: int;'. Write columns and types, for example 'id"
                + " BIGINT, name STRING'.");
  }

  @Test
  void filesystem_thatIsUnknown_isNamed() {
    assertThatThrownBy(
            () -> Config.file("csv", "nosuch://bucket/a.csv").connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot read 'nosuch://bucket/a.csv': No FileSystem for scheme \"nosuch\". Put the file"
                + " system's library on the class path, for example hadoop-aws for s3a.");
  }
}
