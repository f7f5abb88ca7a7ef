package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class DeltaConformanceIT extends ShippedConformance {
  @TempDir static Path tables;

  @Override
  protected String type() {
    return "delta";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of("path", tables.resolve(name).toString());
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("table", "sales.orders");
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none().refuses(28, "blank", "Found invalid character(s) among ' ,;{}()");
  }
}
