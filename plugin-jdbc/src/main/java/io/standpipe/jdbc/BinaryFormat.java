package io.standpipe.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What both directions of PostgreSQL's binary COPY format have in common. */
final class BinaryFormat {
  /** What the format begins with: its name, no flags, no extension of the head. */
  static final byte[] HEAD = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /** Stands in place of a number of fields, after the last row. */
  static final int END = -1;

  /** Stands in place of a field's length. */
  static final int NULL = -1;

  /** PostgreSQL counts from 2000-01-01, Spark from 1970-01-01. */
  static final int EPOCH_DAYS = 10_957;

  static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;

  /** Signs of a numeric; the last three are no numbers. */
  static final int NEGATIVE = 0x4000;

  static final int NOT_A_NUMBER = 0xC000;
  static final int INFINITY = 0xD000;
  static final int MINUS_INFINITY = 0xF000;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BinaryFormat() {}

  static short getShort(byte[] bytes, int offset) {
    return (short) SHORTS.get(bytes, offset);
  }

  static int getInt(byte[] bytes, int offset) {
    return (int) INTS.get(bytes, offset);
  }

  static long getLong(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset);
  }
}
