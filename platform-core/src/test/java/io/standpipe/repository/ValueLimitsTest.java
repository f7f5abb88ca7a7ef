package io.standpipe.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last values that fit, and the first that do not. */
class ValueLimitsTest {

  @Test
  void write_decimal_isExactOrRefused() {
    ScalarType<BigDecimal> type = NumberTypes.decimals(DataTypes.createDecimalType(5, 2));

    assertThat(type.encode(new BigDecimal("999.9900"))).isEqualTo(new BigDecimal("999.99"));
    assertThat(type.encode(new BigDecimal("1E+2"))).isEqualTo(new BigDecimal("100.00"));
    assertThat(type.encode(new BigDecimal("0E+1000000000"))).isEqualTo(new BigDecimal("0.00"));
    for (String tooMuch : List.of("1000", "-1000.00", "0.001", "1E+1000000000", "1E-1000000000")) {
      assertThatThrownBy(() -> type.encode(new BigDecimal(tooMuch)))
          .as(tooMuch)
          .isInstanceOf(BadValue.class)
          .hasMessageContaining("digits");
    }
  }

  @Test
  void write_bigInteger_takes38Digits() {
    ScalarType<BigInteger> type = NumberTypes.bigIntegers();
    BigInteger first = BigInteger.TEN.pow(38);

    assertThat(type.encode(first.subtract(BigInteger.ONE)))
        .isEqualTo(new BigDecimal(first.subtract(BigInteger.ONE)));
    assertThatThrownBy(() -> type.encode(first))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("more than 38 digits before the point");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1L << 53, 1L << 62, Long.MIN_VALUE, -(1L << 53)})
  void read_longThatIsADouble_isRead(long value) {
    assertThat(NumberTypes.doubles().read(value, ZoneOffset.UTC)).isEqualTo((double) value);
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE + 1})
  void read_longThatIsNoDouble_isRefused(long value) {
    assertThatThrownBy(() -> NumberTypes.doubles().read(value, ZoneOffset.UTC))
        .isInstanceOf(BadValue.class)
        .hasMessage(value + " does not fit into Double. Give the component a wider type.");
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        0.1f
      })
  void read_doubleThatIsAFloat_isReadToTheBit(double value) {
    assertThat(NumberTypes.floats().read(value, ZoneOffset.UTC))
        .isEqualTo(Float.valueOf((float) value));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MAX_VALUE, Double.MIN_VALUE, Math.PI})
  void read_doubleThatIsNoFloat_isRefused(double value) {
    assertThatThrownBy(() -> NumberTypes.floats().read(value, ZoneOffset.UTC))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void read_hugeDecimal_isRefusedByEveryWholeType() {
    BigDecimal huge = new BigDecimal("1E+1000000000");

    assertThatThrownBy(() -> NumberTypes.longs().read(huge, ZoneOffset.UTC))
        .isInstanceOf(BadValue.class);
    assertThatThrownBy(() -> NumberTypes.bigIntegers().read(huge, ZoneOffset.UTC))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void write_timesBeyondSpark_areRefused() {
    assertThatThrownBy(() -> TimeTypes.dates().encode(LocalDate.MAX))
        .isInstanceOf(BadValue.class)
        .hasMessage(
            "+999999999-12-31 is beyond what Spark can hold. Use NULL for a time without end.");
    assertThatThrownBy(() -> TimeTypes.instants().encode(Instant.MIN)).isInstanceOf(BadValue.class);
    assertThatThrownBy(() -> TimeTypes.localTimes().encode(LocalDateTime.MAX))
        .isInstanceOf(BadValue.class);
    assertThat(TimeTypes.instants().encode(Instant.parse("9999-12-31T23:59:59.999999999Z")))
        .isEqualTo(Instant.parse("9999-12-31T23:59:59.999999Z"));
  }

  @Test
  void json_everyScalar_comesBackExactly() {
    List<Object> values =
        List.of(
            -0.0,
            Double.MIN_VALUE,
            Double.NaN,
            Long.MIN_VALUE,
            Float.MAX_VALUE,
            new BigDecimal("1.500"),
            BigInteger.TEN.pow(50),
            Instant.parse("2026-01-01T00:00:00.123456789Z"),
            LocalDate.MAX);
    List<ScalarType<?>> types =
        List.of(
            NumberTypes.doubles(),
            NumberTypes.doubles(),
            NumberTypes.doubles(),
            NumberTypes.longs(),
            NumberTypes.floats(),
            NumberTypes.decimals(NumberTypes.DEFAULT_DECIMAL),
            NumberTypes.bigIntegers(),
            TimeTypes.instants(),
            TimeTypes.dates());

    for (int i = 0; i < values.size(); i++) {
      ScalarType<?> type = types.get(i);
      String json = JsonText.write(type.toJson(values.get(i)));
      assertThat(type.fromJson(JsonText.parse(json))).isEqualTo(values.get(i));
    }
  }
}
