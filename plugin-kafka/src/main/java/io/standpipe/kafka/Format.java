package io.standpipe.kafka;

import io.standpipe.spi.Description;

/** How the bytes of keys and values are to be understood. */
public enum Format {
  @Description("A JSON object, one member per column.")
  JSON,
  @Description("An Avro record without a header, one field per column.")
  AVRO,
  @Description("UTF-8 text in one column.")
  STRING,
  @Description("The bytes as they are, in one BINARY column.")
  BYTES;

  /** Whether a value has several columns. */
  boolean structured() {
    return this == JSON || this == AVRO;
  }
}
