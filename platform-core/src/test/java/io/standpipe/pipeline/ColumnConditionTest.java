package io.standpipe.pipeline;

import static io.standpipe.spi.Condition.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.Condition;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnConditionTest {
  private static final StructType ROWS =
      StructType.fromDDL(
          "id INT, name STRING, day DATE, at TIMESTAMP, local TIMESTAMP_NTZ, price DECIMAL(10,2), open BOOLEAN, `odd name` INT");
  private final OfflineAnalyzer analyzer =
      new OfflineAnalyzer(Map.of("spark.sql.session.timeZone", "UTC"));

  private Optional<Condition> condition(String sql) throws Exception {
    Filter filter = SqlText.filter(OfflineAnalyzer.relation(ROWS), sql);
    return ColumnCondition.of(((Filter) analyzer.analyzed(filter)).condition());
  }

  @Test
  void comparisons_getValuesOfTheColumnsTypes() throws Exception {
    LocalDate first = LocalDate.of(2001, 1, 1);
    assertThat(condition("day >= '2001-01-01' AND day < DATE '2001-02-01'"))
        .hasValue(column("day").atLeast(first).and(column("day").lessThan(first.plusMonths(1))));
    assertThat(condition("5 < id")).hasValue(column("id").greaterThan(5));
    assertThat(condition("id <> 3000000000")).hasValue(column("id").equalTo(3000000000L).negate());
    assertThat(condition("price = 2.5")).hasValue(column("price").equalTo(new BigDecimal("2.50")));
    assertThat(condition("at = '2001-01-01 12:00:00'"))
        .hasValue(column("at").equalTo(Instant.parse("2001-01-01T12:00:00Z")));
    assertThat(condition("local = '2001-01-01 12:00:00'"))
        .hasValue(column("local").equalTo(LocalDateTime.parse("2001-01-01T12:00:00")));
    assertThat(condition("name = concat('O', '\\'', 'Brien') OR `odd name` = 1"))
        .hasValue(column("name").equalTo("O'Brien").or(column("odd name").equalTo(1)));
  }

  @Test
  void otherForms_areTranslated() throws Exception {
    assertThat(condition("id BETWEEN 1 AND 2")).hasValue(column("id").between(1, 2));
    assertThat(condition("name IN ('a', 'b') AND NOT open"))
        .hasValue(column("name").in(List.of("a", "b")).and(column("open").equalTo(true).negate()));
    assertThat(condition("name LIKE 'a%' OR name IS NULL"))
        .hasValue(column("name").like("a%").or(column("name").isNull()));
    assertThat(condition("name IS NOT NULL")).hasValue(column("name").isNotNull());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id + 1 = 2",
        "upper(name) = 'A'",
        "id = `odd name`",
        "name = NULL",
        "name = 5",
        "name RLIKE 'a'",
        "id IN (1, NULL)",
        "rand() < 0.5",
        "id <=> 1"
      })
  void anythingElse_isNot(String sql) throws Exception {
    assertThat(condition(sql)).isEmpty();
  }
}
