package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.rows;
import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Spark.class)
class FileWriteTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);
  private static final CommitToken TOKEN = new CommitToken("run-1", "orders");

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("t");
  }

  private Config config(String format) {
    return Config.file(format, path());
  }

  private static WriteResult write(Config config, String query, WriteRequest request) {
    return config.connector().write(session(), sql(query), request);
  }

  private static List<String> read(Config config) {
    return rows(config.connector().read(session()));
  }

  @Test
  void modes_doWhatTheySay() {
    Config config = config("parquet");

    assertThat(write(config, "SELECT 1 AS id", WriteRequest.of(WriteMode.ERROR_IF_EXISTS)))
        .isEqualTo(WriteResult.committed(1));
    assertThat(write(config, "SELECT 2 AS id", WriteRequest.of(WriteMode.IGNORE)))
        .isEqualTo(WriteResult.unchanged(Outcome.IGNORED));
    assertThatThrownBy(
            () -> write(config, "SELECT 3 AS id", WriteRequest.of(WriteMode.ERROR_IF_EXISTS)))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to '"
                + path()
                + "' with mode errorIfExists: it has rows. Choose another mode, or drop the storage"
                + " first.");
    write(config, "SELECT 4 AS id", APPEND);
    assertThat(read(config)).containsExactly("[1]", "[4]");
    write(config, "SELECT 5 AS id", OVERWRITE);
    assertThat(read(config)).containsExactly("[5]");
    write(config, "SELECT 5 AS id WHERE false", OVERWRITE);
    assertThat(write(config, "SELECT 6 AS id", WriteRequest.of(WriteMode.IGNORE)).outcome())
        .isEqualTo(Outcome.COMMITTED);
    assertThat(read(config)).containsExactly("[6]");
    assertThat(config.connector().writeModes())
        .containsExactlyInAnyOrder(
            WriteMode.APPEND, WriteMode.OVERWRITE, WriteMode.ERROR_IF_EXISTS, WriteMode.IGNORE);
  }

  @Test
  void overwrite_leavesNothingBesideTheFolder() throws IOException {
    write(config("csv"), "SELECT 1 AS id", OVERWRITE);
    write(config("csv"), "SELECT 2 AS id", OVERWRITE);

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(path());
    }
  }

  @Test
  void overwrite_ofWhatItReads_hasTheNewRows() {
    Config config = config("parquet").with("partitionBy", List.of("year"));
    write(config, "SELECT 1 AS id, 2001 AS year UNION ALL SELECT 2, 2002", OVERWRITE);
    Dataset<Row> doubled =
        config.connector().read(session()).selectExpr("id * 2 AS id", "year + 1 AS year");

    config.connector().write(session(), doubled, OVERWRITE);

    assertThat(read(config)).containsExactly("[2,2002]", "[4,2003]");
  }

  @ParameterizedTest
  @EnumSource(
      value = WriteMode.class,
      names = {"APPEND", "OVERWRITE"})
  void failingTask_leavesTheOldRowsAndNoTrace(WriteMode mode) throws IOException {
    Config config = config("csv");
    write(config, "SELECT 1 AS id", OVERWRITE);
    Dataset<Row> failing =
        session()
            .range(0, 100, 1, 4)
            .selectExpr("if(id = 99, raise_error('bad row'), id) AS id")
            .toDF();

    assertThatThrownBy(() -> config.connector().write(session(), failing, WriteRequest.of(mode)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot write '" + path() + "': ")
        .hasMessageContaining("bad row");

    assertThat(read(config)).containsExactly("[1]");
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(f -> f.toString().endsWith(".csv"))).hasSize(1);
    }
  }

  @Test
  void append_withTheSameTokenTwice_hasTheEffectOfOne() {
    Config config = config("json").with("partitionBy", List.of("year"));
    String query = "SELECT 1 AS id, 2001 AS year";

    assertThat(write(config, query, APPEND.withToken(TOKEN))).isEqualTo(WriteResult.committed(1));
    assertThat(write(config, query, APPEND.withToken(TOKEN)))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(write(config, query, APPEND.withToken(new CommitToken("run-2", "orders"))).outcome())
        .isEqualTo(Outcome.COMMITTED);

    assertThat(read(config)).containsExactly("[1,2001]", "[1,2001]");
  }

  @Test
  void append_withTokenOfBeforeAnOverwrite_isStillKnown() {
    Config config = config("csv");
    write(config, "SELECT 1 AS id", APPEND.withToken(TOKEN));
    write(config, "SELECT 2 AS id", OVERWRITE);

    assertThat(write(config, "SELECT 1 AS id", APPEND.withToken(TOKEN)).outcome())
        .isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(read(config)).containsExactly("[2]");
  }

  @Test
  void appends_ofSeveralThreads_allArrive() throws Exception {
    Config config = config("csv");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<WriteResult>> appends =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      (Callable<WriteResult>)
                          () ->
                              write(
                                  config,
                                  "SELECT " + i + " AS id",
                                  APPEND.withToken(new CommitToken("run", "node-" + i))))
              .collect(Collectors.toList());
      for (Future<WriteResult> result : threads.invokeAll(appends)) {
        assertThat(result.get()).isEqualTo(WriteResult.committed(1));
      }
    } finally {
      threads.shutdown();
    }

    assertThat(read(config))
        .containsExactly("[0]", "[1]", "[2]", "[3]", "[4]", "[5]", "[6]", "[7]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "parquet", "orc", "avro"})
  void append_matchesColumnsByName(String format) {
    Config config = config(format);
    write(config, "SELECT 1 AS id, 'a' AS name, 'x' AS place", OVERWRITE);
    write(config, "SELECT 'b' AS NAME, 2 AS id", APPEND);

    assertThat(rows(config.connector().read(session()).select("id", "name", "place")))
        .containsExactly("[1,a,x]", "[2,b,null]");
  }

  @Test
  void append_ofJsonWithNewColumns_addsThemWhenAllowed() {
    Config config = config("json").with("partitionBy", List.of("year"));
    write(config, "SELECT 1 AS id, 2001 AS year", OVERWRITE);
    write(
        config,
        "SELECT 2 AS id, 'b' AS name, 2002 AS year",
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));
    write(config, "SELECT 'c' AS name, 2003 AS year", APPEND);

    assertThat(rows(config.connector().read(session()).select("id", "name", "year")))
        .containsExactly("[1,null,2001]", "[2,b,2002]", "[null,c,2003]");
  }

  @Test
  void append_toText_takesAColumnOfAnyName() {
    Config config = config("text");
    write(config, "SELECT 'a' AS line", OVERWRITE);
    write(config, "SELECT 'b' AS other", APPEND);

    assertThat(read(config)).containsExactly("[a]", "[b]");
    assertThat(config.connector().read(session()).schema().fieldNames()).containsExactly("value");
  }

  @Test
  void append_toCsvWithoutHeader_goesByPosition() {
    Config config = config("csv").with("header", "false");
    write(config, "SELECT 1 AS id, 'a' AS name", OVERWRITE);
    write(config, "SELECT 2 AS x, 'b' AS y", APPEND);

    assertThat(read(config)).containsExactly("[1,a]", "[2,b]");
    assertThatThrownBy(() -> write(config, "SELECT 3 AS id", APPEND))
        .hasMessage(
            "cannot append 1 columns to '"
                + path()
                + "', which has 2. Files without a header are appended to by position; select as"
                + " many columns.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "parquet"})
  void append_ofAnUnknownColumn_isRefused(String format) {
    Config config = config(format);
    write(config, "SELECT 1 AS id", OVERWRITE);

    assertThatThrownBy(() -> write(config, "SELECT 2 AS id, 'b' AS name", APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to '"
                + path()
                + "': it has no column 'name'. Its columns are id. Select them, or allow new"
                + " columns with schemaEvolution.");
  }

  @Test
  void append_ofAnotherType_isWidenedOrRefused() {
    Config config = config("parquet");
    write(config, "SELECT 1L AS id", OVERWRITE);
    write(config, "SELECT 2 AS id", APPEND);

    assertThat(read(config)).containsExactly("[1]", "[2]");
    assertThatThrownBy(() -> write(config, "SELECT 'three' AS id", APPEND))
        .hasMessage(
            "cannot write to '"
                + path()
                + "': column 'id' is bigint there, but string in the rows. Cast the column, for"
                + " example CAST(id AS BIGINT).");
  }

  @Test
  void append_withNewColumns_needsMergeSchema() {
    Config config = config("parquet");
    WriteRequest evolving = APPEND.evolving(SchemaEvolution.ADD_COLUMNS);
    write(config, "SELECT 1 AS id", OVERWRITE);

    assertThat(config.connector().schemaEvolutions(WriteMode.APPEND)).isEmpty();
    config.with("mergeSchema", "true");
    assertThat(config.connector().schemaEvolutions(WriteMode.APPEND))
        .contains(SchemaEvolution.ADD_COLUMNS);
    write(config, "SELECT 2 AS id, 'b' AS name", evolving);
    assertThat(read(config)).containsExactly("[1,null]", "[2,b]");
  }

  @Test
  void declaredSchema_isWhatIsWritten() {
    Config config = config("parquet").with("schema", "id BIGINT, name STRING");
    write(config, "SELECT 'a' AS name, 1 AS id", OVERWRITE);

    assertThat(session().read().parquet(path().toString()).schema().toDDL())
        .isEqualTo("id BIGINT,name STRING");
    assertThatThrownBy(() -> write(config, "SELECT 1 AS id, 2 AS other", OVERWRITE))
        .hasMessageContaining("it has no column 'other'");
    assertThat(read(config)).containsExactly("[1,a]");
  }

  @Test
  void files_limitsTheirNumber() throws IOException {
    Config config = config("csv").with("files", "1");
    config.connector().write(session(), session().range(0, 10, 1, 4).toDF(), OVERWRITE);

    try (Stream<Path> parts = Files.list(path())) {
      assertThat(parts.filter(f -> f.toString().endsWith(".csv"))).hasSize(1);
    }
  }

  @Test
  void requests_thatFilesCannotServe_areRefused() throws IOException {
    assertThatThrownBy(
            () -> write(Config.file("csv", folder + "/*.csv"), "SELECT 1 AS id", OVERWRITE))
        .hasMessage(
            "cannot write to '"
                + folder
                + "/*.csv': the path is a glob. Name one folder in 'path' of the storage that is"
                + " written.");
    Path file = Files.writeString(folder.resolve("a.csv"), "id\n1\n");
    assertThatThrownBy(() -> write(Config.file("csv", file), "SELECT 2 AS id", OVERWRITE))
        .hasMessageContaining("it is a file, and a write makes a folder of files");
    assertThat(file).hasContent("id\n1\n");
  }

  @Test
  void types_thatAFormatLacks_areRefusedByName() {
    assertThatThrownBy(() -> write(config("csv"), "SELECT 1 AS id, array('a') AS tags", OVERWRITE))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write column 'tags' of type array<string> as csv. Cast it to a type that CSV"
                + " has, or use another format such as parquet.");
    assertThatThrownBy(() -> write(config("csv"), "SELECT X'00' AS bytes", OVERWRITE))
        .hasMessageStartingWith("cannot write column 'bytes' of type binary as csv.");
    assertThatThrownBy(() -> write(config("text"), "SELECT 'a' AS a, 'b' AS b", OVERWRITE))
        .hasMessage(
            "cannot write 2 columns as text: a, b. Text holds one string column; concatenate them,"
                + " or use another format.");
    assertThatThrownBy(() -> write(config("text"), "SELECT 1 AS id", OVERWRITE))
        .hasMessageStartingWith("cannot write column 'id' of type int as text.");
    assertThatThrownBy(() -> write(config("parquet"), "SELECT NULL AS nothing", OVERWRITE))
        .hasMessage("cannot write column 'nothing' of type void as parquet. Cast it to a type.");
    assertThatThrownBy(
            () -> write(config("json"), "SELECT struct(map(1, 2) AS sizes) AS s", OVERWRITE))
        .hasMessage(
            "cannot write column 's.sizes' of type map<int,int> as json. Its keys must be strings"
                + " there; cast them, or use parquet.");
    assertThatThrownBy(() -> write(config("avro"), "SELECT 1 AS `a b`", OVERWRITE))
        .hasMessage(
            "cannot write column 'a b' as avro: Avro has no such names. Rename it to letters,"
                + " digits and _.");
    assertThatThrownBy(
            () ->
                write(
                    config("csv").with("partitionBy", List.of("year")),
                    "SELECT 1 AS id",
                    OVERWRITE))
        .hasMessage(
            "cannot write: partitionBy names 'year', which the rows do not have. Their columns are"
                + " id.");
  }

  @Test
  void linkToAFolder_staysALink() throws IOException {
    Path target = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(path(), target);
    write(config("csv"), "SELECT 1 AS id", OVERWRITE);

    assertThat(path()).isSymbolicLink();
    assertThat(read(Config.file("csv", target))).containsExactly("[1]");
  }
}
