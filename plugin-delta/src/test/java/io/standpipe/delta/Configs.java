package io.standpipe.delta;

import io.standpipe.spi.Location;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configurations that differ from {@link DeltaConfig#ofPath} in one option. */
final class Configs {
  private Configs() {}

  static DeltaConfig partitionedBy(Path path, String... columns) {
    return config(path, List.of(columns), Map.of(), null, null, null);
  }

  static DeltaConfig withProperties(Path path, Map<String, String> properties) {
    return config(path, List.of(), properties, null, null, null);
  }

  static DeltaConfig atVersion(Path path, long version) {
    return config(path, List.of(), Map.of(), version, null, null);
  }

  static DeltaConfig atTime(Path path, Instant timestamp) {
    return config(path, List.of(), Map.of(), null, timestamp, null);
  }

  static DeltaConfig withSchema(Path path, String ddl) {
    return config(path, List.of(), Map.of(), null, null, ddl);
  }

  private static DeltaConfig config(
      Path path,
      List<String> partitionBy,
      Map<String, String> properties,
      Long version,
      Instant timestamp,
      String schema) {
    return new DeltaConfig(
        Optional.of(new Location(path.toString())),
        Optional.empty(),
        partitionBy,
        properties,
        Optional.ofNullable(version),
        Optional.ofNullable(timestamp),
        Optional.ofNullable(schema));
  }
}
