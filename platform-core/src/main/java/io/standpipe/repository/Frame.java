package io.standpipe.repository;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The bytes of a compressed column: a header of 13 bytes (the letters {@code SP}, the format's
 * version, codec, content, length and CRC-32C of what was compressed; numbers are big-endian) and
 * the compressed bytes.
 */
final class Frame {
  private static final short MAGIC = 0x5350;
  private static final byte VERSION = 1;
  private static final byte STORED = 0;
  private static final byte ZSTD = 1;
  private static final int HEADER = 13;
  private static final int LEVEL = 3;

  private static final byte BYTES = 0;
  private static final byte TEXT_UTF_8 = 1;
  private static final byte TEXT_UTF_16 = 2;

  private static final String REMEDY =
      "Read the column as byte[] to look at it, and write the row again.";

  private Frame() {}

  static byte[] ofBytes(byte[] bytes) {
    return pack(BYTES, bytes);
  }

  /** Text in UTF-8, unless that cannot hold it. */
  static byte[] ofText(String text) {
    return TextTypes.isUnicode(text)
        ? pack(TEXT_UTF_8, text.getBytes(StandardCharsets.UTF_8))
        : pack(TEXT_UTF_16, utf16(text));
  }

  /** By hand: Java's encoder replaces half surrogate pairs. */
  private static byte[] utf16(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(text.length(), 2));
    bytes.asCharBuffer().put(text);
    return bytes.array();
  }

  private static byte[] pack(byte content, byte[] bytes) {
    byte[] smaller = Zstd.compress(bytes, LEVEL);
    boolean worth = smaller.length < bytes.length;
    byte[] body = worth ? smaller : bytes;
    return ByteBuffer.allocate(Math.addExact(HEADER, body.length))
        .putShort(MAGIC)
        .put(VERSION)
        .put(worth ? ZSTD : STORED)
        .put(content)
        .putInt(bytes.length)
        .putInt(checksum(bytes))
        .put(body)
        .array();
  }

  static byte[] bytes(byte[] frame) {
    ByteBuffer buffer = open(frame);
    if (buffer.get(4) != BYTES) {
      throw damaged("holds text, not bytes");
    }
    return unpack(buffer);
  }

  static String text(byte[] frame) {
    ByteBuffer buffer = open(frame);
    byte[] bytes = unpack(buffer);
    return switch (buffer.get(4)) {
      case TEXT_UTF_8 -> new String(bytes, StandardCharsets.UTF_8);
      case TEXT_UTF_16 -> ByteBuffer.wrap(bytes).asCharBuffer().toString();
      default -> throw damaged("holds bytes, not text");
    };
  }

  private static ByteBuffer open(byte[] frame) {
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    if (frame.length < HEADER || buffer.getShort(0) != MAGIC) {
      throw damaged("was not written with @Compressed");
    }
    if (buffer.get(2) != VERSION) {
      throw damaged("has format version " + buffer.get(2) + ", but this release reads " + VERSION);
    }
    return buffer;
  }

  private static byte[] unpack(ByteBuffer buffer) {
    byte codec = buffer.get(3);
    int length = buffer.getInt(5);
    byte[] body = new byte[buffer.capacity() - HEADER];
    buffer.get(HEADER, body);
    byte[] bytes =
        switch (codec) {
          case STORED -> body;
          case ZSTD -> inflate(body, length);
          default -> throw damaged("is compressed with the unknown codec " + codec);
        };
    if (bytes.length != length || checksum(bytes) != buffer.getInt(9)) {
      throw damaged("is damaged: its checksum is wrong");
    }
    return bytes;
  }

  private static byte[] inflate(byte[] body, int length) {
    try {
      // A damaged length must not make us allocate what the body does not claim to need.
      if (body.length == 0 || Zstd.decompressedSize(body) != length) {
        throw damaged("is damaged: its length is wrong");
      }
      return Zstd.decompress(body, length);
    } catch (ZstdException e) {
      throw new BadValue("the compressed value is damaged: " + e.getMessage(), REMEDY, e);
    }
  }

  private static BadValue damaged(String what) {
    return new BadValue("the value " + what, REMEDY);
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }
}
