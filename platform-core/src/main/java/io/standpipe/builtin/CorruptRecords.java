package io.standpipe.builtin;

import io.standpipe.spi.Description;
import java.util.Locale;

/** What a reader does with a record that is malformed or does not fit the schema. */
@Description("What is done with a record that is malformed or does not fit the schema.")
public enum CorruptRecords {
  @Description("The read fails, so that nothing is lost unseen.")
  FAIL("FAILFAST"),
  @Description(
      "The record is kept as it is in a column of its own, see corruptRecordColumn; what could not"
          + " be understood is NULL.")
  KEEP("PERMISSIVE"),
  @Description("The record is left out.")
  DROP("DROPMALFORMED");

  private final String sparkMode;

  CorruptRecords(String sparkMode) {
    this.sparkMode = sparkMode;
  }

  /** The name in configuration and messages. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String sparkMode() {
    return sparkMode;
  }
}
