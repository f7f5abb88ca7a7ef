package io.standpipe.kafka;

import io.standpipe.spi.Description;

/** What is done with a value that is not of the format. */
public enum Malformed {
  @Description("The read fails.")
  FAIL,
  @Description(
      "The columns are NULL, and the column _raw has the bytes; it is NULL for all others.")
  KEEP
}
