package io.standpipe.builtin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Spark's readers and writers are told so that strings survive a round trip.
 *
 * <p>Spark's own CSV defaults do not: they escape with a backslash, trim what they write, read the
 * empty text as NULL and stop at a line break within quotes.
 */
final class FileOptions {
  /**
   * Stands for NULL while a CSV file is read; no file has it. With Spark's default, the empty text,
   * a quoted empty value would be NULL, too.
   */
  private static final String NO_TEXT = "\u0000NULL\u0000";

  private static final String MICROSECONDS = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";

  private FileOptions() {}

  static Map<String, String> reading(FileConfig config, boolean multiLine) {
    Map<String, String> options = new LinkedHashMap<>();
    if (config.format() == FileFormat.CSV) {
      csv(options, config);
      options.put("nullValue", config.nullValue().orElse(NO_TEXT));
      options.put("inferSchema", String.valueOf(config.inferSchema().orElse(true)));
      // A header that does not fit the schema is an error, not a line to pass over.
      options.put("enforceSchema", String.valueOf(!config.hasHeader()));
      // With pruning, Spark does not look at the columns that are not asked for, and a malformed
      // record would be noticed by some queries only.
      options.put("columnPruning", "false");
    }
    if (config.format() == FileFormat.CSV || config.format() == FileFormat.JSON) {
      options.put("multiLine", String.valueOf(multiLine));
      options.put("mode", config.corruptRecords().sparkMode());
      options.put("columnNameOfCorruptRecord", config.corruptRecordColumn());
      config.timestampFormat().ifPresent(format -> options.put("timestampFormat", format));
      textual(options, config);
    }
    put(options, "mergeSchema", config.mergeSchema());
    if (config.recursive()) {
      options.put("recursiveFileLookup", "true");
    }
    config.suffix().ifPresent(suffix -> options.put("pathGlobFilter", "*" + literal(suffix)));
    options.putAll(config.options());
    return options;
  }

  static Map<String, String> writing(FileConfig config) {
    Map<String, String> options = new LinkedHashMap<>();
    if (config.format() == FileFormat.CSV) {
      csv(options, config);
      options.put("nullValue", config.nullValue().orElse(""));
      options.put("ignoreLeadingWhiteSpace", "false");
      options.put("ignoreTrailingWhiteSpace", "false");
    }
    if (config.format() == FileFormat.CSV || config.format() == FileFormat.JSON) {
      options.put("timestampFormat", config.timestampFormat().orElse(MICROSECONDS + "XXX"));
      options.put("timestampNTZFormat", MICROSECONDS);
      textual(options, config);
    }
    if (config.format() == FileFormat.JSON) {
      // Else a column that is NULL throughout would be gone when it is read again.
      options.put("ignoreNullFields", "false");
    }
    put(options, "compression", config.compression());
    options.putAll(config.options());
    return options;
  }

  private static void csv(Map<String, String> options, FileConfig config) {
    options.put("header", String.valueOf(config.hasHeader()));
    options.put("quote", "\"");
    options.put("escape", "\"");
    put(options, "sep", config.delimiter());
  }

  private static void textual(Map<String, String> options, FileConfig config) {
    put(options, "encoding", config.encoding());
    put(options, "dateFormat", config.dateFormat());
  }

  private static void put(Map<String, String> options, String key, Optional<?> value) {
    value.ifPresent(given -> options.put(key, String.valueOf(given)));
  }

  /** The text as a glob that matches nothing else. */
  private static String literal(String text) {
    return text.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }
}
