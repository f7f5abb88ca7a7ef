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
            .refuses(6, "cluster", "is embedded in this process, and executors run in others");
    for (String nested : NESTED) {
      deviations = deviations.refuses(26, nested, "which cannot be stored in H2");
    }
    return deviations;
  }
}
