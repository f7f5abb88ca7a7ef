package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.rows;
import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Spark.class)
class FileRoundTripTest {
  private static final List<String> STRINGS =
      Arrays.asList(
          "plain",
          "",
          null,
          " ",
          "  leading and trailing  ",
          "comma, semicolon; tab\t",
          "say \"hi\"",
          "\"",
          "\"\"",
          "'",
          "back\\slash",
          "ends in \\",
          "\\\"",
          "\\N",
          "line\nbreak",
          "carriage\rreturn",
          "both\r\nof them",
          "\n",
          "łąka",
          "😀 and 𝕏",
          "007",
          "NULL",
          "null",
          "NaN",
          "#comment",
          "true",
          "2001-01-01",
          "{\"a\":1}",
          "[1,2]");

  @TempDir Path folder;

  private static Dataset<Row> strings(boolean alone) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < STRINGS.size(); i++) {
      rows.add(
          alone
              ? RowFactory.create(STRINGS.get(i))
              : RowFactory.create("r" + (100 + i), STRINGS.get(i), STRINGS.get(i)));
    }
    StructType schema =
        alone
            ? new StructType().add("text", DataTypes.StringType)
            : new StructType()
                .add("id", DataTypes.StringType)
                .add("text", DataTypes.StringType)
                .add("again", DataTypes.StringType);
    return session().createDataFrame(rows, schema).coalesce(1);
  }

  private List<String> roundTrip(Config config, Dataset<Row> rows) {
    WriteResult result =
        config.connector().write(session(), rows, WriteRequest.of(WriteMode.OVERWRITE));
    assertThat(result).isEqualTo(WriteResult.committed(rows.count()));
    return rows(config.connector().read(session()));
  }

  @ParameterizedTest
  @EnumSource(value = FileFormat.class, mode = Mode.EXCLUDE, names = "TEXT")
  void strings_ofEveryKind_comeBackUnchanged(FileFormat format) {
    Config config =
        Config.file(format.id(), folder.resolve("t"))
            .with("schema", "id STRING, text STRING, again STRING");

    assertThat(roundTrip(config, strings(false))).isEqualTo(rows(strings(false)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void csv_ofOneColumn_withTextForNull_comesBackUnchanged(String header) {
    Config config =
        Config.file("csv", folder.resolve("t"))
            .with("schema", "text STRING")
            .with("nullValue", "-")
            .with("header", header);

    assertThat(roundTrip(config, strings(true))).isEqualTo(rows(strings(true)));
  }

  @Test
  void csv_ofOneColumn_refusesNull() {
    FileConnector connector = Config.file("csv", folder.resolve("t")).connector();

    assertThatThrownBy(
            () -> connector.write(session(), strings(true), WriteRequest.of(WriteMode.OVERWRITE)))
        .hasMessage(
            "cannot write '"
                + folder.resolve("t")
                + "': a NULL in column 'text', the only one, would be a blank line in CSV. Set"
                + " nullValue to a text that stands for NULL, or use another format.");
    assertThat(folder).isEmptyDirectory();
  }

  private static final String TYPES =
      """
      SELECT id, bool, tiny, small, int, big, float, double, dec, day, ts, ntz FROM VALUES
        (1, true, 127Y, 32767S, 2147483647, 9223372036854775807L, float(1.5), 1.7976931348623157e308D,
         CAST('99999999999999999999999999999999.999999' AS DECIMAL(38,6)), DATE'9999-12-31',
         TIMESTAMP'2001-03-25 01:59:59.123456', TIMESTAMP_NTZ'2001-03-25 02:30:00.000001'),
        (2, false, -128Y, -32768S, -2147483648, -9223372036854775808L, float('-Infinity'), 4.9e-324D,
         CAST('-0.000001' AS DECIMAL(38,6)), DATE'0001-01-01',
         TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1582-10-10 00:00:00'),
        (3, true, 0Y, 0S, 0, 0L, float('NaN'), double('NaN'), CAST(0 AS DECIMAL(38,6)), DATE'1582-10-05',
         TIMESTAMP'1582-10-10 12:00:00', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999'),
        (4, null, null, null, null, null, null, null, null, null, null, null)
        AS t(id, bool, tiny, small, int, big, float, double, dec, day, ts, ntz)
      """;

  @ParameterizedTest
  @EnumSource(value = FileFormat.class, mode = Mode.EXCLUDE, names = "TEXT")
  void simpleTypes_withTheirLimits_comeBackUnchanged(FileFormat format) {
    Dataset<Row> rows = sql(TYPES);
    Config config = Config.file(format.id(), folder.resolve("t"));
    if (format.textual() || format == FileFormat.AVRO) { // Avro has no small integers.
      config.with("schema", rows.schema().toDDL());
    }
    if (format == FileFormat.AVRO) {
      rows = rows.withColumn("tiny", rows.col("tiny").cast("int"));
      rows = rows.withColumn("small", rows.col("small").cast("int"));
      config.with("schema", rows.schema().toDDL());
    }

    assertThat(roundTrip(config, rows)).isEqualTo(rows(rows));
  }

  @ParameterizedTest
  @EnumSource(
      value = FileFormat.class,
      names = {"JSON", "PARQUET", "ORC", "AVRO"})
  void nestedTypes_comeBackUnchanged(FileFormat format) {
    Dataset<Row> rows =
        sql(
            "SELECT 1 AS id, array('a', NULL) AS tags, map('k', 1, 'l', NULL) AS sizes,"
                + " named_struct('x', 1.5D, 'deep', array(named_struct('y', 'z'))) AS place,"
                + " X'00FF7F' AS bytes UNION ALL SELECT 2, NULL, NULL, NULL, NULL");
    Config config = Config.file(format.id(), folder.resolve("t"));
    if (format == FileFormat.JSON) {
      config.with("schema", rows.schema().toDDL());
    }
    config.connector().write(session(), rows, WriteRequest.of(WriteMode.OVERWRITE));

    assertThat(rows(printable(config.connector().read(session()))))
        .isEqualTo(rows(printable(rows)));
  }

  private static Dataset<Row> printable(Dataset<Row> rows) {
    return rows.selectExpr(
        "id", "tags", "array_sort(map_entries(sizes))", "place", "hex(bytes) AS hex");
  }

  @ParameterizedTest
  @EnumSource(
      value = FileFormat.class,
      names = {"CSV", "JSON", "PARQUET", "ORC"})
  void columnNames_ofEveryKind_comeBackUnchanged(FileFormat format) {
    Dataset<Row> rows =
        sql(
            "SELECT 1 AS `select`, 2 AS `Upper Case`, 3 AS `it's \"so\"`, 4 AS `łąka😀`, 5 AS"
                + " `a.b`, 6 AS `back``tick`");
    Config config = Config.file(format.id(), folder.resolve("t"));
    config.connector().write(session(), rows, WriteRequest.of(WriteMode.OVERWRITE));

    Dataset<Row> read = config.connector().read(session());
    assertThat(
            read.select("`select`", "`Upper Case`", "`it's \"so\"`", "`łąka😀`", "`a.b`").first())
        .hasToString("[1,2,3,4,5]");
  }

  @ParameterizedTest
  @EnumSource(value = FileFormat.class, mode = Mode.EXCLUDE, names = "TEXT")
  void partitions_comeBackAsColumns(FileFormat format) {
    Dataset<Row> rows =
        sql(
            "SELECT * FROM VALUES (1, 'a', 2001, 'x/y=z:1 %'), (2, 'b', 2001, 'łąka'),"
                + " (3, 'c', 2002, NULL) AS t(id, name, year, place)");
    Config config =
        Config.file(format.id(), folder.resolve("t")).with("partitionBy", List.of("year", "place"));

    assertThat(roundTrip(config, rows.select("id", "name", "year", "place"))).isEqualTo(rows(rows));
    assertThat(folder.resolve("t/year=2001")).isDirectory();
    assertThat(
            rows(config.connector().read(session()).where("year = 2002").select("place", "name")))
        .containsExactly("[null,c]");
  }

  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void zeroRows_comeBackWithTheirColumns(FileFormat format) {
    Dataset<Row> rows = sql("SELECT 'a' AS value WHERE false");
    Config config = Config.file(format.id(), folder.resolve("t"));

    assertThat(roundTrip(config, rows)).isEmpty();
    assertThat(config.connector().read(session()).schema().fieldNames()).containsExactly("value");
    assertThat(config.connector().exists(session())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(value = FileFormat.class, mode = Mode.EXCLUDE, names = "TEXT")
  void zeroRows_thenSome_areReadFromTheFiles(FileFormat format) {
    Config config =
        Config.file(format.id(), folder.resolve("t")).with("partitionBy", List.of("year"));
    Dataset<Row> some = sql("SELECT 'a' AS name, 2001 AS year");
    roundTrip(config, some.where("false"));
    assertThat(config.connector().read(session()).schema().fieldNames())
        .containsExactly("name", "year");

    config.connector().write(session(), some, WriteRequest.of(WriteMode.APPEND));

    assertThat(rows(config.connector().read(session()))).containsExactly("[a,2001]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "text", "parquet", "orc", "avro"})
  void compression_isAppliedAndRead(String format) {
    String codec = format.equals("avro") || format.equals("parquet") ? "snappy" : "zlib";
    if (List.of("csv", "json", "text").contains(format)) {
      codec = "gzip";
    }
    Config config = Config.file(format, folder.resolve("t")).with("compression", codec);

    assertThat(roundTrip(config, sql("SELECT 'a' AS value UNION ALL SELECT 'b'")))
        .containsExactly("[a]", "[b]");
  }
}
