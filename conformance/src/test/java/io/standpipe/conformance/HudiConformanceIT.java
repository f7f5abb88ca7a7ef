package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are copied on write. */
class HudiConformanceIT extends ShippedConformance {
  @TempDir static Path tables;

  @Override
  protected String type() {
    return "hudi";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return keyed(name, List.of("id"));
  }

  @Override
  protected Map<String, Object> keyed(String name, List<String> keys) {
    return Map.of("path", tables.resolve(name).toString(), "recordKey", keys);
  }

  @Override
  protected Map<String, Object> parallel() {
    return Map.of("insert", "bulkInsert");
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("table", "two words");
  }

  @Override
  protected Deviations deviations() {
    Deviations deviations =
        Deviations.none()
            .reads(24, "tinyint", "CAST(v AS INT)")
            .reads(24, "tinyint, min and max", "CAST(v AS INT)")
            .reads(24, "smallint", "CAST(v AS INT)")
            .reads(24, "smallint, min and max", "CAST(v AS INT)")
            .refuses(26, "map with number keys", "which Hudi cannot store")
            .differs(30, "NULL into NOT NULL", "Every column of a Hudi table may be NULL.");
    for (String name :
        List.of(
            "blank", "quotes", "backtick", "łąka", "dot", "hyphen and slash", "leading digit")) {
      deviations = deviations.refuses(28, name, "cannot have this name");
    }
    return deviations;
  }
}
