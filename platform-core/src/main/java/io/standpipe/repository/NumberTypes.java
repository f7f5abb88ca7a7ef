package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** Numbers: read from any number column that can hold them, if no digit is lost. */
final class NumberTypes {
  static final DecimalType DEFAULT_DECIMAL = DataTypes.createDecimalType(38, 18);
  private static final int MOST_DIGITS = 38;

  private NumberTypes() {}

  static ScalarType<Byte> bytes() {
    return new Whole<>(Byte.class, DataTypes.ByteType, BigInteger::byteValueExact);
  }

  static ScalarType<Short> shorts() {
    return new Whole<>(Short.class, DataTypes.ShortType, BigInteger::shortValueExact);
  }

  static ScalarType<Integer> ints() {
    return new Whole<>(Integer.class, DataTypes.IntegerType, BigInteger::intValueExact);
  }

  static ScalarType<Long> longs() {
    return new Whole<>(Long.class, DataTypes.LongType, BigInteger::longValueExact);
  }

  static ScalarType<BigInteger> bigIntegers() {
    return new BigWhole();
  }

  static ScalarType<Float> floats() {
    return new Floating<>(Float.class, DataTypes.FloatType, Number::floatValue, Float::valueOf);
  }

  static ScalarType<Double> doubles() {
    return new Floating<>(Double.class, DataTypes.DoubleType, Number::doubleValue, Double::valueOf);
  }

  static ScalarType<BigDecimal> decimals(DecimalType type) {
    return new Decimal(type);
  }

  private static boolean isWhole(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }

  private static boolean isSmallWhole(Object value) {
    return value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long;
  }

  /** The decimal value of a number, as it is printed; empty for NaN, infinity and other classes. */
  private static Optional<BigDecimal> decimal(Object value) {
    if (value instanceof BigDecimal decimal) {
      return Optional.of(decimal);
    } else if (value instanceof BigInteger whole) {
      return Optional.of(new BigDecimal(whole));
    } else if (isSmallWhole(value)) {
      return Optional.of(BigDecimal.valueOf(((Number) value).longValue()));
    } else if (value instanceof Double || value instanceof Float) {
      return Double.isFinite(((Number) value).doubleValue())
          ? Optional.of(new BigDecimal(value.toString()))
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** The whole value of a number; empty if it has a fraction or is too large for any column. */
  private static Optional<BigInteger> whole(Object value) {
    return decimal(value)
        .filter(number -> (long) number.precision() - number.scale() <= MOST_DIGITS)
        .filter(number -> number.signum() == 0 || number.stripTrailingZeros().scale() <= 0)
        .map(BigDecimal::toBigInteger);
  }

  private static BadValue misfit(Object value, ScalarType<?> type) {
    return new BadValue(
        value + " does not fit into " + type.javaName(), "Give the component a wider type.");
  }

  /** A number in a condition as it is; Spark compares numbers of different types. */
  private static Object foreignOperand(Object value, ScalarType<?> type) {
    if (value instanceof Double || value instanceof Float || isSmallWhole(value)) {
      return value;
    }
    BigDecimal number = decimal(value).orElseThrow(() -> type.incomparable(value, "a number"));
    return Decimal.checked(number, Math.max(0, Math.min(MOST_DIGITS, number.scale())), MOST_DIGITS);
  }

  /** {@code byte} to {@code long}. */
  private static final class Whole<N extends Number> extends ScalarType<N> {
    private final Function<BigInteger, N> exact;

    Whole(Class<N> javaType, DataType dataType, Function<BigInteger, N> exact) {
      super(javaType, dataType);
      this.exact = exact;
    }

    @Override
    boolean reads(DataType actual) {
      return isWhole(actual) || actual instanceof DecimalType;
    }

    @Override
    N read(Object value, ZoneId zone) {
      return exactly(value).orElseThrow(() -> misfit(value, this));
    }

    private Optional<N> exactly(Object value) {
      try {
        return whole(value).map(exact);
      } catch (ArithmeticException e) {
        return Optional.empty();
      }
    }

    @Override
    public Object operand(Object value) {
      Optional<N> own = exactly(value);
      return own.isPresent() ? own.get() : foreignOperand(value, this);
    }

    @Override
    public JsonNode toJson(Object value) {
      return LongNode.valueOf(((Number) value).longValue());
    }

    @Override
    N parse(String text) {
      try {
        return exact.apply(new BigInteger(text));
      } catch (ArithmeticException e) {
        throw new NumberFormatException(text);
      }
    }
  }

  private static final class BigWhole extends ScalarType<BigInteger> {
    BigWhole() {
      super(BigInteger.class, DataTypes.createDecimalType(MOST_DIGITS, 0));
    }

    @Override
    boolean reads(DataType actual) {
      return isWhole(actual) || actual instanceof DecimalType;
    }

    @Override
    BigInteger read(Object value, ZoneId zone) {
      return whole(value).orElseThrow(() -> misfit(value, this));
    }

    @Override
    Object write(BigInteger value) {
      return Decimal.checked(new BigDecimal(value), 0, MOST_DIGITS);
    }

    @Override
    public Object operand(Object value) {
      return foreignOperand(value, this);
    }

    @Override
    BigInteger parse(String text) {
      return new BigInteger(text);
    }
  }

  private static final class Floating<N extends Number> extends ScalarType<N> {
    private final Function<Number, N> nearest;
    private final Function<String, N> parser;

    Floating(
        Class<N> javaType,
        DataType dataType,
        Function<Number, N> nearest,
        Function<String, N> parser) {
      super(javaType, dataType);
      this.nearest = nearest;
      this.parser = parser;
    }

    @Override
    boolean reads(DataType actual) {
      return isWhole(actual)
          || actual instanceof FloatType
          || actual instanceof DoubleType
          || actual instanceof DecimalType;
    }

    @Override
    N read(Object value, ZoneId zone) {
      return exactly((Number) value).orElseThrow(() -> misfit(value, this));
    }

    /** The same number: to the bit if it is binary, or else with the same digits. */
    private Optional<N> exactly(Number value) {
      N own = nearest.apply(value);
      double bits = own.doubleValue();
      boolean binary = value instanceof Double || value instanceof Float;
      boolean same =
          binary && Double.compare(bits, value.doubleValue()) == 0
              || decimal(value).filter(number -> isSame(number, own, bits)).isPresent();
      return same ? Optional.of(own) : Optional.empty();
    }

    private static boolean isSame(BigDecimal number, Number own, double bits) {
      return Double.isFinite(bits)
          && (new BigDecimal(bits).compareTo(number) == 0
              || new BigDecimal(own.toString()).compareTo(number) == 0);
    }

    @Override
    public Object operand(Object value) {
      Object number = foreignOperand(value, this);
      Optional<N> own = exactly((Number) number);
      return own.isPresent() ? own.get() : number;
    }

    @Override
    N parse(String text) {
      return parser.apply(text);
    }
  }

  private static final class Decimal extends ScalarType<BigDecimal> {
    private final DecimalType type;

    Decimal(DecimalType type) {
      super(BigDecimal.class, type);
      this.type = type;
    }

    @Override
    boolean reads(DataType actual) {
      return isWhole(actual) || actual instanceof DecimalType;
    }

    @Override
    BigDecimal read(Object value, ZoneId zone) {
      return decimal(value).orElseThrow(() -> misfit(value, this));
    }

    @Override
    Object write(BigDecimal value) {
      return checked(value, type.scale(), type.precision());
    }

    @Override
    public Object operand(Object value) {
      return foreignOperand(value, this);
    }

    @Override
    BigDecimal parse(String text) {
      return new BigDecimal(text);
    }

    /** The value with the column's scale; Spark would round it or make it NULL. */
    static BigDecimal checked(BigDecimal value, int scale, int digits) {
      long before = value.signum() == 0 ? 0 : (long) value.precision() - value.scale();
      if (before > digits - scale) {
        throw new BadValue(
            shown(value) + " has more than " + (digits - scale) + " digits before the point",
            "A component of type BigDecimal takes more with @Precision.");
      }
      try {
        return value.setScale(scale, RoundingMode.UNNECESSARY);
      } catch (ArithmeticException e) {
        throw new BadValue(
            shown(value) + " has more than " + scale + " digits after the point",
            "Round it, or give the component more with @Precision.",
            e);
      }
    }

    private static String shown(BigDecimal value) {
      return RowText.abbreviate(value);
    }
  }
}
