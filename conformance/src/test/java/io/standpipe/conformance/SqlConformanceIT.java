package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import java.util.Map;

/** Tables of Spark's own catalog. */
class SqlConformanceIT extends ShippedConformance {
  private static final String HALF =
      "The old rows are deleted first. Write the rows again after a failure.";

  @Override
  protected String type() {
    return "sql";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of("table", name);
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("query", "SELECT 1");
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none()
        .differs(30, "NULL into NOT NULL", "Every column of a table of files may be NULL.")
        .differs(32, "overwrite", HALF);
  }
}
