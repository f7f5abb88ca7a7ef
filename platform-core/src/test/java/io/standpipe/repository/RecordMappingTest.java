package io.standpipe.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RecordMappingTest {

  record Inner(int a, Optional<String> b) {}

  record Everything(
      @Key @ColumnName("the_id") String id,
      @Key UUID uuid,
      boolean flag,
      Byte tiny,
      short small,
      Integer medium,
      long large,
      Float single,
      double twofold,
      BigDecimal amount,
      @Precision(digits = 10, scale = 2) Optional<BigDecimal> price,
      BigInteger huge,
      LocalDate day,
      Instant at,
      LocalDateTime local,
      byte[] bytes,
      TimeUnit unit,
      List<String> list,
      Map<String, Inner> map,
      Inner inner,
      @Compressed Inner folded,
      @Compressed Optional<String> text) {}

  @Test
  void schema_everyType_isNullableUnlessKeyOrPrimitive() {
    assertThat(RecordMapping.of(Everything.class).schema().toDDL())
        .isEqualTo(
            "the_id STRING NOT NULL,uuid STRING NOT NULL,flag BOOLEAN NOT NULL,tiny TINYINT,small"
                + " SMALLINT NOT NULL,medium INT,large BIGINT NOT NULL,single FLOAT,twofold DOUBLE"
                + " NOT NULL,amount DECIMAL(38,18),price DECIMAL(10,2),huge DECIMAL(38,0),day"
                + " DATE,at TIMESTAMP,local TIMESTAMP_NTZ,bytes BINARY,unit STRING,list"
                + " ARRAY<STRING>,map MAP<STRING, STRUCT<a: INT, b: STRING>>,inner"
                + " STRUCT<a: INT, b: STRING>,folded BINARY,text BINARY");
  }

  @Test
  void schema_primitiveInsideAStruct_isNotNullable() {
    record Outer(Inner inner) {}

    StructType inner =
        (StructType) RecordMapping.of(Outer.class).schema().apply("inner").dataType();

    assertThat(inner.apply("a").nullable()).isFalse();
    assertThat(inner.apply("b").nullable()).isTrue();
  }

  @Test
  void keys_orderGiven_followsIt() {
    record Ordered(@Key(order = 3) int a, @Key(order = 1) int b, int c, @Key(order = 3) int d) {}

    assertThat(RecordMapping.of(Ordered.class).keys())
        .extracting(Component::name)
        .containsExactly("b", "a", "d");
  }

  record Node(String name, List<Node> children) {}

  record Pair<A>(A left) {}

  record Wrong(
      Object any,
      Set<String> set,
      Map<Integer, String> map,
      Optional<Optional<String>> twice,
      @Key Optional<String> maybe,
      @Compressed int number,
      @Precision(digits = 5, scale = 2) String text,
      @Precision(digits = 39, scale = 2) BigDecimal decimal,
      @ColumnName(" ") String blank,
      @ColumnName("COLUMN") String first,
      String column,
      char letter,
      Node tree,
      Pair<String> pair) {}

  @Test
  void of_recordThatCannotBeMapped_reportsEverything() {
    String supported =
        " cannot be stored. Supported are boolean, byte, short, int, long, float, double and their"
            + " boxes, String, BigDecimal, BigInteger, LocalDate, LocalDateTime, Instant, UUID,"
            + " byte[], enums, records, and Optional, List and Map<String, ...> of these.\n";

    assertThatThrownBy(() -> RecordMapping.of(Wrong.class))
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Record io.standpipe.repository.RecordMappingTest$Wrong cannot be mapped to columns:\n"
                + "- component 'any': java.lang.Object"
                + supported
                + "- component 'set': java.util.Set<java.lang.String>"
                + supported
                + "- component 'map': java.util.Map<java.lang.Integer, java.lang.String>"
                + supported
                + "- component 'twice': an Optional in an Optional cannot be stored.\n"
                + "- component 'maybe': @Key does not go with Optional<String>: a key is one plain"
                + " value.\n"
                + "- component 'number': @Compressed goes with String, byte[], List, Map and"
                + " records, not with int.\n"
                + "- component 'text': @Precision goes with BigDecimal, not with String.\n"
                + "- component 'decimal': there is no decimal(39, 2): digits are 1 to 38, the scale"
                + " is 0 to digits.\n"
                + "- component 'blank': @ColumnName is blank.\n"
                + "- component 'letter': char"
                + supported
                + "- component 'tree.children': record Node contains itself.\n"
                + "- component 'pair': "
                + "io.standpipe.repository.RecordMappingTest$Pair<java.lang.String>"
                + supported
                + "- component 'column': column 'column' is that of component 'first'.\n"
                + "Change the record.");
  }

  @Test
  void of_recordWithoutComponents_isRefused() {
    record Nothing() {}

    assertThatThrownBy(() -> RecordMapping.of(Nothing.class))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "Nothing cannot be mapped to columns: record Nothing has no components. Change the"
                + " record.");
    assertThatThrownBy(() -> RecordMapping.of(Pair.class))
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("record Pair is generic.");
  }
}
