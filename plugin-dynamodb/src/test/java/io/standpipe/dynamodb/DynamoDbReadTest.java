package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbReadTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String SCHEMA =
      "city STRING, day INT, note STRING, total DECIMAL(10,2), open BOOLEAN, ratio DOUBLE,"
          + " raw BINARY, seen DATE";
  private static DynamoDbConfig config;
  private static Dataset<Row> rows;

  @BeforeAll
  static void table() {
    rows =
        Spark.sql(
            "SELECT concat('c', id % 7) city, CAST(id AS INT) day,"
                + " CASE WHEN id % 5 = 0 THEN NULL WHEN id % 5 = 1 THEN '' WHEN id % 5 = 2 THEN"
                + " 'o%_x' ELSE concat('note', id) END note,"
                + " CASE WHEN id % 3 = 0 THEN NULL ELSE CAST(id / 4 AS DECIMAL(10,2)) END total,"
                + " CASE WHEN id % 4 = 0 THEN NULL ELSE id % 2 = 0 END open,"
                + " CAST(id AS DOUBLE) / 8 ratio, CAST(concat('b', id) AS BINARY) raw,"
                + " date_add(DATE '2024-01-01', CAST(id AS INT)) seen FROM RANGE(200)");
    Configs configs =
        Configs.fresh().partitionKey("city").sortKey("day").schema(SCHEMA).segments(3);
    config = configs.build();
    configs.connector().write(Spark.SESSION, rows, APPEND);
    // A missing attribute and one of type NULL are the same to SQL.
    DynamoDbTypesTest.put(
        config,
        Map.of(
            "city", AttributeValue.fromS("c1"),
            "day", AttributeValue.fromN("1000"),
            "note", AttributeValue.fromNul(true)));
    rows = rows.unionByName(Spark.sql("SELECT 'c1' city, 1000 day"), true);
  }

  private static Dataset<Row> read() {
    return DynamoDbConnector.of(config).read(Spark.SESSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "note = 'o%_x'",
        "note <> 'o%_x'",
        "NOT (note = 'o%_x')",
        "note = ''",
        "note > 'note1'",
        "note <= 'note1'",
        "'note15' < note",
        "note LIKE 'note1%'",
        "note NOT LIKE 'note1%'",
        "note LIKE '%te1%'",
        "note LIKE '%7'",
        "note LIKE 'o\\\\%%'",
        "note IS NULL",
        "note IS NOT NULL",
        "note IN ('note3', 'note8', '')",
        "note NOT IN ('note3', 'note8')",
        "note IN ('note3', NULL)",
        "note NOT IN ('note3', NULL)",
        "NOT (note > 'note1' AND total > 5)",
        "NOT (note IS NULL OR total > 5)",
        "note = 'o%_x' OR total IS NULL",
        "(note = 'o%_x' AND open) OR (total < 3 AND NOT open)",
        "total = 5.50",
        "total <> 5.5",
        "total >= 40",
        "total IN (1.25, 2.50)",
        "open",
        "NOT open",
        "open IS NULL",
        "open = false",
        "open <> true",
        "open >= true",
        "ratio = 2.5",
        "ratio > 20",
        "raw = CAST('b7' AS BINARY)",
        "raw > CAST('b7' AS BINARY)",
        "seen = DATE '2024-01-10'",
        "note <=> NULL",
        "note <=> 'note3'",
        "city = 'c1'",
        "city = ''",
        "city = 'c1' AND day = 8",
        "city = 'c1' AND day > 50 AND day <= 100",
        "city = 'c1' AND day BETWEEN 50 AND 100",
        "city = 'c1' AND day BETWEEN 100 AND 50",
        "city = 'c1' AND day <> 8 AND note IS NOT NULL",
        "city = 'c1' AND (day = 8 OR note = '')",
        "city IN ('c1', 'c2', 'nowhere') AND total > 5",
        "city IN ('c1', 'c1') AND day < 30",
        "city > 'c3'",
        "city LIKE 'c1%'",
        "city = 'c1' AND city = 'c2'",
        "day = 8",
        "day > 150 AND city <> 'c1'",
        "length(note) = 5"
      })
  void filter_pushedDown_givesTheSameRowsAsSpark(String filter) {
    assertThat(Spark.sorted(read().where(filter))).isEqualTo(Spark.sorted(rows.where(filter)));
    // With the filtered columns not selected.
    assertThat(read().where(filter).count()).isEqualTo(rows.where(filter).count());
  }

  @Test
  void plan_showsQueryColumnsAndFilters() {
    String query = plan(read().where("city = 'c1' AND day >= 8 AND total > 5").select("note"));
    assertThat(query)
        .contains("query, columns: [note], pushed filters: [city = 'c1', day >= 8, ")
        .contains("total > 5.00")
        .doesNotContain("Filter (");
    assertThat(plan(read().where("ratio > 1").select("note")))
        .contains("scan, segments: 3, columns: [note, ratio]")
        .contains("Filter (");
    assertThat(plan(read().where("note LIKE 'a%'").limit(5))).contains("limit: 5");
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }

  @Test
  void plansAndLogs_haveNoSecret() {
    Dataset<Row> read = read().where("city = 'c1'");
    assertThat(read.queryExecution().toString() + read.queryExecution().logical().toJSON())
        .doesNotContain(Configs.SECRET);
  }

  @Test
  void columns_inAnyOrderAndNumber_areRead() {
    assertThat(Spark.sorted(read().select("total", "city")))
        .isEqualTo(Spark.sorted(rows.select("total", "city")));
    assertThat(read().count()).isEqualTo(201);
    assertThat(read().limit(7).collectAsList()).hasSize(7);
    assertThat(read().where("city = 'c1'").limit(3).collectAsList()).hasSize(3);
  }

  @Test
  void segments_ofAnyNumber_giveAllRows() {
    List<String> all = Spark.sorted(rows);
    for (int segments : new int[] {1, 2, 9}) {
      Dataset<Row> read =
          Configs.of(config).schema(SCHEMA).segments(segments).connector().read(Spark.SESSION);
      assertThat(read.rdd().getNumPartitions()).isEqualTo(segments);
      assertThat(Spark.sorted(read)).isEqualTo(all);
    }
  }

  @Test
  void table_ofSeveralPages_isReadWhole() {
    Configs configs = Configs.fresh().schema("id STRING, big STRING").segments(1);
    Dataset<Row> big =
        Spark.sql("SELECT CAST(id AS STRING) id, repeat('x', 100000) big FROM RANGE(35)");
    assertThat(configs.connector().write(Spark.SESSION, big, APPEND).rows()).hasValue(35);
    Dataset<Row> read = configs.connector().read(Spark.SESSION);
    assertThat(read.selectExpr("count(DISTINCT id)", "sum(length(big))").first().toString())
        .isEqualTo("[35,3500000]");
    assertThat(read.count()).isEqualTo(35);
    // The first page tells that items have more than the columns; later ones come without it.
    Dataset<Row> ids =
        Configs.of(configs.build()).schema("id STRING").segments(1).connector().read(Spark.SESSION);
    assertThat(Spark.sorted(ids)).isEqualTo(Spark.sorted(big.select("id")));
    // Spark stops when it has two rows: then the next page is on its way.
    assertThat(read.where("length(big) > 5").limit(2).collectAsList()).hasSize(2);
  }

  @Test
  void binaryKey_isFoundByQuery() {
    Configs configs = Configs.fresh().schema("id BINARY, x INT");
    Dataset<Row> keyed = Spark.sql("SELECT CAST(concat('k', id) AS BINARY) id, 1 x FROM RANGE(9)");
    configs.connector().write(Spark.SESSION, keyed, APPEND);
    Dataset<Row> found = configs.connector().read(Spark.SESSION).where("id = X'6B37'");
    assertThat(plan(found)).contains("query");
    assertThat(Spark.sorted(found)).containsExactly("[6B37,1]");
  }

  @Test
  void emptyTable_hasItsKeysAsColumns() {
    Configs configs = Configs.fresh();
    configs.connector().create(Spark.SESSION, Spark.sql("SELECT 'a' id, 1 x").schema());
    Dataset<Row> read = configs.connector().read(Spark.SESSION);
    assertThat(read.schema().toDDL()).isEqualTo("id STRING");
    assertThat(read.count()).isZero();
  }

  @Test
  void segments_byDefault_dependOnSize() {
    assertThat(TableScanBuilder.segments(0, 8)).isEqualTo(8);
    assertThat(TableScanBuilder.segments(1 << 20, 8)).isEqualTo(1);
    assertThat(TableScanBuilder.segments(1L << 30, 8)).isEqualTo(8);
    assertThat(TableScanBuilder.segments(1L << 40, 8)).isEqualTo(8192);
  }
}
