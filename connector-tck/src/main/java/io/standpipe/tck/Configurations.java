package io.standpipe.tck;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.standpipe.Platform;
import io.standpipe.config.ConfigurationSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Configuration files, as users write them, and platforms over them. */
final class Configurations {
  private static final String PLUGINS = "conformance.plugins";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger FILES = new AtomicInteger();

  private Configurations() {}

  /** The plug-ins folder. */
  static Path plugins() {
    return Path.of(System.getProperty(PLUGINS, "target/plugins")).toAbsolutePath().normalize();
  }

  /** The options with the others over them. */
  static Map<String, Object> over(Map<String, Object> options, Map<String, Object> others) {
    Map<String, Object> merged = new LinkedHashMap<>(options);
    merged.putAll(others);
    return merged;
  }

  /** A storage's section. */
  static Map<String, Object> section(String type, Map<String, Object> options) {
    return over(Map.of("connector", type), options);
  }

  /**
   * A new configuration file.
   *
   * @param storages their sections by name
   */
  static Path file(Path folder, Map<String, ?> storages) {
    // JSON is YAML.
    return write(
        folder.resolve("standpipe-" + FILES.incrementAndGet() + ".yaml"),
        json(Map.of("spark", Tier.current().spark(), "storages", storages)));
  }

  /** A new pipeline file. */
  static Path pipeline(Path folder, List<Map<String, Object>> steps) {
    return write(
        folder.resolve("pipeline-" + FILES.incrementAndGet() + ".yaml"),
        json(Map.of("name", "conformance", "steps", steps)));
  }

  /** A platform over a configuration file, with the packaged plug-ins. */
  static Platform.Builder platform(Path configuration) {
    return Platform.builder()
        .configuration(ConfigurationSource.of(configuration))
        .pluginDirectories(List.of(plugins()));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
