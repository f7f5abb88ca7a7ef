package io.standpipe.builtin;

import io.standpipe.spi.Description;
import java.util.Locale;

/** How the rows of a file are written down. */
@Description("How the rows of a file are written down.")
public enum FileFormat {
  @Description("Lines of values with a delimiter between them, quoted as in RFC 4180.")
  CSV,
  @Description("One JSON object a line, or files that hold one array or one object.")
  JSON,
  @Description("Apache Parquet: columnar, compressed, with a schema.")
  PARQUET,
  @Description("Apache ORC: columnar, compressed, with a schema.")
  ORC,
  @Description("Apache Avro: row by row, compressed, with a schema.")
  AVRO,
  @Description(
      "Lines of text; one column named value. A line break in a value makes two rows of it.")
  TEXT;

  /** The name in configuration, in messages and in Spark. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the values are text, so that a reader can take them for other types. */
  boolean textual() {
    return this == CSV || this == JSON || this == TEXT;
  }
}
