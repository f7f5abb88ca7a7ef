package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** An embedded database. */
class H2ConformanceIT extends ShippedConformance {
  private static final List<String> NESTED =
      List.of(
          "array",
          "array of text",
          "empty array and NULL",
          "array with NULL",
          "array of arrays",
          "map",
          "map with number keys",
          "struct",
          "array of structs");

  @TempDir static Path folder;

  @Override
  protected String type() {
    return "jdbc";
  }

  @Override
  protected String name() {
    return "jdbc-h2";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of(
        "file",
        folder.resolve("database").toString(),
        "user",
        "sa",
        "password",
        "s3cr3t-of-the-suite",
        "table",
        name);
  }

  @Override
  protected Map<String, Object> parallel() {
    return Map.of("partitionColumn", "id", "partitions", 4);
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("query", "SELECT 1");
  }

  @Override
  protected Deviations deviations() {
    Deviations deviations =
        Deviations.none()
            .reads(25, "date 0001-01-01", "IF(v IS NULL, NULL, DATE'0001-01-03')")
            .reads(
                25,
                "date 1582-10-05 to 14",
                "CASE v WHEN DATE'1582-10-05' THEN DATE'1582-09-25'"
                    + " WHEN DATE'1582-10-10' THEN DATE'1582-09-30'"
                    + " WHEN DATE'1582-10-14' THEN DATE'1582-10-04' END")
            .reads(
                25,
                "date before 1582",
                "CASE v WHEN DATE'1500-03-01' THEN DATE'1500-02-20'"
                    + " WHEN DATE'1582-10-04' THEN DATE'1582-09-24'"
                    + " WHEN DATE'1000-02-28' THEN DATE'1000-02-23' END")
            .refuses(28, "quotes", "Syntax error in SQL statement")
            .refuses(6, "cluster", "is embedded in this process, and executors run in others");
    for (String nested : NESTED) {
      deviations = deviations.refuses(26, nested, "which cannot be stored in H2");
    }
    return deviations;
  }
}
