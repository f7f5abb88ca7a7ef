package io.standpipe.builtin;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** Tells by its first bytes whether a JSON file is one document or a document a line. */
final class JsonShape {
  private static final int PEEKED_BYTES = 8192;
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private JsonShape() {}

  /** Whether the file starts with an array, or with an object's brace alone on its line. */
  static boolean isOneDocument(FileSystem files, Path file, Configuration hadoop)
      throws IOException {
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
    try (InputStream raw = files.open(file);
        InputStream in = codec == null ? raw : codec.createInputStream(raw)) {
      byte[] start = in.readNBytes(PEEKED_BYTES);
      return isOneDocument(new String(start, java.nio.charset.StandardCharsets.ISO_8859_1));
    }
  }

  private static boolean isOneDocument(String start) {
    String text =
        start.startsWith(BYTE_ORDER_MARK) ? start.substring(BYTE_ORDER_MARK.length()) : start;
    String stripped = text.stripLeading();
    return stripped.startsWith("[")
        || stripped.lines().findFirst().filter(line -> line.strip().equals("{")).isPresent();
  }
}
