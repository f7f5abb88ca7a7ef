package io.standpipe.repository;

/** Makes the Java value of what Spark returns for one column. */
@FunctionalInterface
interface Decoder {
  /**
   * Decodes a value that is not NULL.
   *
   * @throws BadValue if it does not fit
   */
  Object decode(Object value);
}
