package io.standpipe.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaConfigTest {

  @Test
  void config_pathAndTable_isRefused() {
    assertThatThrownBy(
            () -> config(Optional.of(new Location("/t")), Optional.of("t"), List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("give exactly one of path and table");
  }

  @Test
  void config_severalMistakes_areAllReported() {
    assertThatThrownBy(
            () ->
                new DeltaConfig(
                    Optional.empty(),
                    Optional.empty(),
                    List.of("a", "A", " "),
                    Map.of(),
                    Optional.of(-1L),
                    Optional.of(Instant.EPOCH),
                    Optional.of("id BIGINTT")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "give exactly one of path and table; give at most one of version and timestamp; version"
                + " must not be negative: -1; partitionBy names column 'A' twice; partitionBy must"
                + " not have a blank column name; schema is no Spark DDL ('id BIGINTT'): ");
  }

  @Test
  void config_foreignPropertyWithPath_isRefused() {
    assertThatThrownBy(
            () ->
                new DeltaConfig(
                    Optional.of(new Location("/t")),
                    Optional.empty(),
                    List.of(),
                    Map.of("team", "air"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()))
        .hasMessage("a table with a path cannot have the property 'team': only delta.*");
  }

  @ParameterizedTest
  @CsvSource({
    "orders, orders",
    "shop.orders, shop.orders",
    "spark_catalog.shop.orders, shop.orders",
    "`odd.name`.`a b`, `odd.name`.`a b`"
  })
  void table_ofSparksCatalog_isNamedWithoutIt(String table, String name) {
    DeltaConfig config = config(Optional.empty(), Optional.of(table), List.of(), "");

    assertThat(config.nameInCatalog()).hasValue(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "lake.shop.orders", "a..b", "a b"})
  void table_ofAnotherCatalogOrMalformed_isRefused(String table) {
    assertThatThrownBy(() -> config(Optional.empty(), Optional.of(table), List.of(), ""))
        .hasMessage(
            "table must be NAME or SCHEMA.NAME, in Spark's own catalog, got '" + table + "'");
  }

  @Test
  void config_validOptions_areKept() {
    DeltaConfig config =
        config(Optional.empty(), Optional.of("shop.orders"), List.of("day"), "day STRING");

    assertThat(config.table()).hasValue("shop.orders");
    assertThat(config.declaredSchema().orElseThrow().fieldNames()).containsExactly("day");
  }

  @Test
  void config_everyOption_isDescribed() {
    assertThat(DeltaConfig.class.getRecordComponents())
        .allSatisfy(
            component ->
                assertThat(component.getAnnotation(Description.class))
                    .as(component.getName())
                    .isNotNull());
  }

  private static DeltaConfig config(
      Optional<Location> path, Optional<String> table, List<String> partitionBy, String schema) {
    return new DeltaConfig(
        path,
        table,
        partitionBy,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(schema).filter(ddl -> !ddl.isEmpty()));
  }
}
