package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Files of Parquet. */
class FileConformanceIT extends ShippedConformance {
  @TempDir static Path folders;

  @Override
  protected String type() {
    return "file";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of("format", "parquet", "path", folders.resolve(name).toString());
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("delimiter", ";");
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none()
        .differs(30, "NULL into NOT NULL", "Every column of a file may be NULL.");
  }
}
