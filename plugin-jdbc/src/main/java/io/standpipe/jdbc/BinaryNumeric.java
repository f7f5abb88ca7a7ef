package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * PostgreSQL's binary form of numeric: a head and the digits to the base 10000, as {@code
 * numeric_recv} in its {@code numeric.c} reads them.
 */
final class BinaryNumeric {
  private static final int NEGATIVE = 0x4000;
  private static final int GROUP = 4;
  private static final BigInteger BASE = BigInteger.valueOf(10_000);
  private static final long[] POWERS = {1, 10, 100, 1000};

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
    out.putShort(sign < 0 ? NEGATIVE : 0);
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
}
