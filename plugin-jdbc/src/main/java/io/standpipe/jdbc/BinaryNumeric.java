package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.SQLException;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.Decimal;

/**
 * PostgreSQL's binary form of numeric: a head and the digits to the base 10000, as {@code
 * numeric_recv} and {@code numeric_send} in its {@code numeric.c} have them.
 */
final class BinaryNumeric {
  private static final int GROUP = 4;
  private static final BigInteger BASE = BigInteger.valueOf(10_000);
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private BinaryNumeric() {}

  /** Appends the value with its length before it. */
  static void put(BinaryBuffer out, BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    int scale = plain.scale();
    int missing = (GROUP - scale % GROUP) % GROUP;
    BigInteger rest = plain.unscaledValue().abs().multiply(BigInteger.valueOf(POWERS[missing]));
    int fractions = (scale + missing) / GROUP;
    short[] digits = digits(rest);
    int first = 0;
    while (first < digits.length && digits[first] == 0) {
      first++;
    }
    put(out, digits, first, digits.length - fractions - 1, plain.signum(), scale);
  }

  private static void put(
      BinaryBuffer out, short[] digits, int first, int weight, int sign, int scale) {
    // The first digit of the array is the lowest one.
    int count = digits.length - first;
    out.putInt(8 + 2 * count);
    out.putShort(count);
    out.putShort(count == 0 ? 0 : weight);
    out.putShort(sign < 0 ? BinaryFormat.NEGATIVE : 0);
    out.putShort(scale);
    for (int i = digits.length - 1; i >= first; i--) {
      out.putShort(digits[i]);
    }
  }

  /** The digits to the base 10000, lowest first; none for zero. */
  private static short[] digits(BigInteger value) {
    short[] digits = new short[value.bitLength() / 13 + 1];
    int count = 0;
    BigInteger large = value;
    while (large.bitLength() > 63) {
      BigInteger[] parts = large.divideAndRemainder(BASE);
      digits[count++] = parts[1].shortValue();
      large = parts[0];
    }
    for (long rest = large.longValue(); rest > 0; rest /= 10_000) {
      digits[count++] = (short) (rest % 10_000);
    }
    return java.util.Arrays.copyOf(digits, count);
  }

  /**
   * Puts the number at this place of the bytes into a row of a decimal column, rounded half up to
   * its scale.
   */
  static void read(
      byte[] bytes, int offset, int precision, int scale, WritableColumnVector out, int row)
      throws SQLException {
    int count = BinaryFormat.getShort(bytes, offset);
    int weight = BinaryFormat.getShort(bytes, offset + 2);
    int sign = BinaryFormat.getShort(bytes, offset + 4) & 0xffff;
    if (sign != 0 && sign != BinaryFormat.NEGATIVE) {
      throw new UnreadableValueException(special(sign) + ", which a decimal of Spark cannot be");
    }
    // The power of ten that the first digit counts in the unscaled result.
    int power = GROUP * weight + scale;
    int first = offset + 8;
    if (count == 0 || power + length(BinaryFormat.getShort(bytes, first)) < POWERS.length) {
      long unscaled = unscaled(bytes, first, count, power);
      put(sign == 0 ? unscaled : -unscaled, precision, out, row);
      return;
    }
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < count; i++) {
      short digit = BinaryFormat.getShort(bytes, first + 2 * i);
      number = number.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    BigDecimal value =
        new BigDecimal(sign == 0 ? number : number.negate(), GROUP * (count - 1 - weight))
            .setScale(scale, RoundingMode.HALF_UP);
    put(value, precision, out, row);
  }

  private static String special(int sign) {
    return switch (sign) {
      case BinaryFormat.NOT_A_NUMBER -> "NaN";
      case BinaryFormat.INFINITY -> "Infinity";
      case BinaryFormat.MINUS_INFINITY -> "-Infinity";
      default -> "no number";
    };
  }

  /** How many decimal digits it has. */
  private static int length(short digit) {
    return digit < 10 ? 1 : digit < 100 ? 2 : digit < 1000 ? 3 : 4;
  }

  private static long unscaled(byte[] bytes, int first, int count, int power) {
    long unscaled = 0;
    for (int i = 0, exponent = power; i < count; i++, exponent -= GROUP) {
      short digit = BinaryFormat.getShort(bytes, first + 2 * i);
      if (exponent >= 0) {
        unscaled += digit * POWERS[exponent];
      } else if (exponent >= -GROUP) {
        long unit = POWERS[-exponent];
        // What is cut off rounds up from its half on; digits after it cannot change that.
        return unscaled + digit / unit + (2 * (digit % unit) >= unit ? 1 : 0);
      } else {
        return unscaled;
      }
    }
    return unscaled;
  }

  private static void put(long unscaled, int precision, WritableColumnVector out, int row)
      throws SQLException {
    if (precision < POWERS.length && Math.abs(unscaled) >= POWERS[precision]) {
      throw tooLarge(precision);
    } else if (precision <= Decimal.MAX_INT_DIGITS()) {
      out.putInt(row, (int) unscaled);
    } else if (precision <= Decimal.MAX_LONG_DIGITS()) {
      out.putLong(row, unscaled);
    } else {
      out.putByteArray(row, BigInteger.valueOf(unscaled).toByteArray());
    }
  }

  private static void put(BigDecimal value, int precision, WritableColumnVector out, int row)
      throws SQLException {
    if (value.precision() > precision) {
      throw tooLarge(precision);
    } else if (precision <= Decimal.MAX_LONG_DIGITS()) {
      put(value.unscaledValue().longValueExact(), precision, out, row);
    } else {
      out.putByteArray(row, value.unscaledValue().toByteArray());
    }
  }

  private static UnreadableValueException tooLarge(int precision) {
    return new UnreadableValueException(
        "a number too large for a decimal of " + precision + " digits");
  }
}
