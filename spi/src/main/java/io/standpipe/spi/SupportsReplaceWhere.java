package io.standpipe.spi;

/**
 * A storage in which {@link WriteMode#OVERWRITE} can replace only the rows that a condition
 * selects, see {@link WriteRequest#replaceWhere()}. Storages without this ability never see such a
 * request: the pipeline is refused before it runs.
 */
public interface SupportsReplaceWhere extends SupportsWrite {

  /**
   * Whether the condition may be any Spark SQL expression. By default no: then it only compares
   * columns with values, of the type of their column or, for numbers, of a wider one. Times are
   * {@code LocalDate}, {@code Instant} and {@code LocalDateTime}.
   */
  default boolean takesExpressions() {
    return false;
  }
}
