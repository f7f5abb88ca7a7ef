package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** By keys and by conditions. */
@ParameterizedClass
@EnumSource(Database.class)
class DeleteTest extends DatabaseTest {
  private static final String DDL = "a INT, b STRING, v STRING";
  private static final String[] TEXTS = {
    "O'Brien",
    "%",
    "100%",
    "a_b",
    "\"q\"",
    "🚀",
    "back\\slash",
    "\\N",
    "\n\\.\n",
    "",
    "t\tt",
    "; DROP"
  };

  private List<Row> all() {
    return connector.read(SPARK).collectAsList();
  }

  @Test
  void delete_keys_removesTheirRowsOnly() {
    connector.write(
        SPARK,
        rows(
            DDL,
            RowFactory.create(1, "O'Brien", "v"),
            RowFactory.create(1, "x", "v"),
            RowFactory.create(2, "O'Brien", "v"),
            RowFactory.create(null, "x", "v")),
        WriteRequest.of(WriteMode.APPEND));

    WriteResult result =
        connector.delete(
            SPARK,
            rows(
                "other STRING, b STRING, a INT",
                RowFactory.create("?", "O'Brien", 1),
                RowFactory.create("?", "O'Brien", 1),
                RowFactory.create("?", "y", 2),
                RowFactory.create("?", "x", null)),
            WriteRequest.delete("a", "b"));

    assertThat(result).isEqualTo(WriteResult.committed(1));
    assertThat(all())
        .containsExactlyInAnyOrder(
            RowFactory.create(1, "x", "v"),
            RowFactory.create(2, "O'Brien", "v"),
            RowFactory.create(null, "x", "v"));
  }

  @Test
  void delete_noKeysOrMissingTable_doesNothingOrFails() {
    assertThatThrownBy(
            () ->
                connector.delete(
                    SPARK, rows("a INT", RowFactory.create(1)), WriteRequest.delete("a")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("table '" + table + "' does not exist in schema");
    connector.write(SPARK, rows("a INT", RowFactory.create(1)), WriteRequest.of(WriteMode.APPEND));
    assertThat(connector.delete(SPARK, rows("a INT"), WriteRequest.delete("a")))
        .isEqualTo(WriteResult.committed(0));
    assertThat(all()).hasSize(1);
  }

  @Test
  void deleteWhere_awkwardTexts_deleteTheirRowOnly() {
    String[] texts = TEXTS;
    Row[] created = Arrays.stream(texts).map(RowFactory::create).toArray(Row[]::new);
    connector.write(SPARK, rows("t STRING", created), WriteRequest.of(WriteMode.APPEND));

    for (String text : texts) {
      assertThat(connector.deleteWhere(SPARK, Condition.column("t").equalTo(text)))
          .as(text)
          .isEqualTo(WriteResult.committed(1));
    }
    assertThat(all()).isEmpty();
  }

  @Test
  void deleteWhere_everyCondition_selectsWhatSparkSelects() {
    LocalDateTime time = LocalDateTime.of(2024, 5, 6, 7, 8, 9, 123_456_000);
    Instant instant = Instant.parse("2024-05-06T07:08:09.123456Z");
    Dataset<Row> rows =
        rows(
            "id INT, t STRING, n DECIMAL(8,2), d DATE, i TIMESTAMP, l TIMESTAMP_NTZ, b BOOLEAN,"
                + " f DOUBLE",
            row(1, "100%", "1.50", "2024-05-06", instant, time, true, 0.5),
            row(
                2,
                "100 %",
                "2.50",
                "2024-05-07",
                instant.plusSeconds(1),
                time.plusDays(1),
                false,
                1.5),
            row(
                3,
                "back\\slash",
                "-3.00",
                "1999-12-31",
                Instant.EPOCH,
                time.minusYears(9),
                null,
                -1e10),
            RowFactory.create(4, null, null, null, null, null, null, null));
    Map<String, Condition> conditions = new LinkedHashMap<>();
    Condition.ColumnCondition t = Condition.column("t");
    conditions.put("equal", t.equalTo("100%"));
    conditions.put("not equal", t.notEqualTo("100%"));
    conditions.put("like", t.like("100\\%"));
    conditions.put("starts", t.startsWith("100%"));
    conditions.put("starts backslash", t.startsWith("back\\"));
    conditions.put("contains", t.contains("0 %"));
    conditions.put("null", t.isNull());
    conditions.put("not null", t.isNotNull());
    conditions.put("in", Condition.column("id").in(List.of(1, 4, 9)));
    conditions.put("in nothing", Condition.column("id").in(List.of()));
    conditions.put("not in nothing", Condition.column("id").in(List.of()).negate());
    conditions.put("in with null", t.in(Arrays.asList("100%", null)));
    conditions.put("not in with null", t.in(Arrays.asList("100%", null)).negate());
    conditions.put("all of none", Condition.allOf());
    conditions.put("any of none", Condition.anyOf());
    conditions.put("or", t.equalTo("100%").or(Condition.column("id").atLeast(4)));
    conditions.put("not and", t.equalTo("100%").and(Condition.column("id").equalTo(1)).negate());
    conditions.put("decimal", Condition.column("n").between(new java.math.BigDecimal("1.5"), 2));
    conditions.put("date", Condition.column("d").greaterThan(LocalDate.of(2024, 5, 6)));
    conditions.put("sql date", Condition.column("d").equalTo(Date.valueOf("2024-05-06")));
    conditions.put("date as text", Condition.column("d").equalTo("2024-05-06"));
    conditions.put("instant", Condition.column("i").equalTo(instant));
    conditions.put("timestamp", Condition.column("i").lessThan(Timestamp.from(instant)));
    conditions.put("local", Condition.column("l").atMost(time));
    conditions.put("boolean", Condition.column("b").equalTo(true));
    conditions.put("double", Condition.column("f").lessThan(1));
    conditions.put("long", Condition.column("id").equalTo(2L));
    connector.write(SPARK, rows, WriteRequest.of(WriteMode.APPEND));
    String quoted = '"' + table + '"';
    database.execute("CREATE TABLE \"" + table + "_all\" AS SELECT * FROM " + quoted);
    conditions.forEach(
        (what, condition) -> {
          database.execute(
              "DELETE FROM " + quoted,
              "INSERT INTO " + quoted + " SELECT * FROM \"" + table + "_all\"");
          List<String> kept = new ArrayList<>(List.of("1", "2", "3", "4"));
          for (Row deleted : rows.filter(condition.toColumn()).collectAsList()) {
            kept.remove(String.valueOf(deleted.getInt(0)));
          }
          connector.deleteWhere(SPARK, condition);
          assertThat(database.texts("SELECT \"id\" FROM " + quoted))
              .as(what)
              .containsExactlyInAnyOrderElementsOf(kept);
        });
  }

  private static Row row(
      int id, String t, String n, String d, Instant i, LocalDateTime l, Boolean b, double f) {
    return RowFactory.create(
        id, t, new java.math.BigDecimal(n), Date.valueOf(d), Timestamp.from(i), l, b, f);
  }

  @Test
  void deleteWhere_expressionOrUnknownColumn_isRefused() {
    connector.write(SPARK, rows("a INT", RowFactory.create(1)), WriteRequest.of(WriteMode.APPEND));

    assertThatThrownBy(() -> connector.deleteWhere(SPARK, Condition.expression("1=1")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("a Spark SQL expression cannot be used");
    assertThatThrownBy(
            () -> connector.deleteWhere(SPARK, Condition.column("a\" = 1 OR \"a").equalTo(1)))
        .hasMessage("the condition's column 'a\" = 1 OR \"a' is not a column. Known are: a.");
    assertThat(all()).hasSize(1);
  }
}
