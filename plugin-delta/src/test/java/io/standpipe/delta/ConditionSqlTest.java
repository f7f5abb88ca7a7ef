package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sorted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class ConditionSqlTest {
  private static final List<String> NASTY =
      List.of(
          "O'Brien",
          "a\\b",
          "\\",
          "\\'",
          "' OR '1'='1",
          "100%",
          "a_b",
          "line\nbreak\ttab",
          "\"`",
          "łąka 😀",
          "${x} -- /* */",
          "",
          " trailing ");

  @Test
  void of_simpleConditions_isReadable() {
    assertThat(
            Map.of(
                ConditionSql.of(Condition.column("id").equalTo(1)), "`id` = (1)",
                ConditionSql.of(Condition.column("na`me").isNotNull()), "NOT (`na``me` IS NULL)",
                ConditionSql.of(Condition.column("name").equalTo("O'Brien")),
                    "`name` = 'O\\'Brien'",
                ConditionSql.of(Condition.expression("a > b")), "a > b",
                ConditionSql.of(
                        Condition.column("a").atLeast(1L).or(Condition.column("b").in(List.of()))),
                    "(`a` >= (1L)) OR (false)"))
        .allSatisfy((actual, expected) -> assertThat(actual).isEqualTo(expected));
  }

  @Test
  void of_text_selectsWhatTheBoundConditionSelects() {
    Dataset<Row> rows =
        DeltaSession.get()
            .createDataset(NASTY, org.apache.spark.sql.Encoders.STRING())
            .toDF("name");
    Column[] checks =
        NASTY.stream()
            .map(text -> expression(Condition.column("name").equalTo(text)).cast("int"))
            .toArray(Column[]::new);
    Column matches = Arrays.stream(checks).reduce(Column::plus).orElseThrow();

    assertThat(sorted(rows.select(matches))).hasSize(NASTY.size()).containsOnly("[1]");
    for (Condition condition :
        List.of(
            Condition.column("name").contains("\\"),
            Condition.column("name").contains("%"),
            Condition.column("name").startsWith("a_"),
            Condition.column("name").in(NASTY.subList(0, 4)),
            Condition.column("name").in(NASTY.subList(2, 9)).negate(),
            Condition.allOf(),
            Condition.anyOf())) {
      assertThat(sorted(rows.where(expression(condition))))
          .as(ConditionSql.of(condition))
          .isEqualTo(sorted(rows.where(condition.toColumn())));
    }
  }

  @Test
  void of_otherTypes_meansTheBoundValue() {
    LocalDateTime local = LocalDateTime.parse("2024-03-31T02:30:00");
    Instant instant = Instant.parse("1969-12-31T23:59:59.123456Z");
    List<Object> values =
        List.of(
            true,
            (byte) -1,
            (short) -2,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            -0.5f,
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            new BigDecimal("-1.20"),
            LocalDate.parse("0001-01-01"),
            Date.valueOf("2024-05-01"),
            instant,
            Timestamp.from(instant),
            local,
            new byte[] {0, -1, 16});
    Column[] literals = new Column[values.size()];
    Column[] checks = new Column[values.size()];
    for (int i = 0; i < literals.length; i++) {
      literals[i] = functions.lit(values.get(i)).as("v" + i);
      checks[i] =
          expression(Condition.column("v" + i).equalTo(values.get(i)))
              .as(values.get(i).getClass().getSimpleName() + i);
    }

    Dataset<Row> checked = DeltaSession.get().range(1).select(literals).select(checks);

    Row result = checked.first();
    for (int i = 0; i < checks.length; i++) {
      assertThat(result.get(i)).as(checked.columns()[i]).isEqualTo(true);
    }
  }

  @Test
  void of_nullAmongValues_isAsInSql() {
    assertThat(ConditionSql.of(Condition.column("v").in(Arrays.asList(1, null))))
        .isEqualTo("`v` IN ((1), NULL)");
  }

  @Test
  void of_unknownType_isRefused() {
    assertThatThrownBy(() -> ConditionSql.of(Condition.column("v").equalTo(Duration.ofSeconds(1))))
        .hasMessage(
            "cannot use a java.time.Duration in the condition of an overwrite. Use text, a number,"
                + " a date, a time, a boolean or bytes.");
  }

  private static Column expression(Condition condition) {
    return functions.expr(ConditionSql.of(condition));
  }
}
