package io.standpipe.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** What a JAR's manifest says about the plug-in in it, complete or not. */
record PluginManifest(Attributes entries) {

  static final String ID = "Plugin-Id";
  static final String VERSION = "Plugin-Version";
  static final String REQUIRES = "Plugin-Requires";
  static final String CONNECTORS = "Standpipe-Connectors";
  static final String SECRETS = "Standpipe-Secrets";
  static final String SPARK = "Standpipe-Spark";
  static final String DEPENDENCIES = "Plugin-Dependencies";

  static PluginManifest of(Manifest manifest) {
    return new PluginManifest(manifest.getMainAttributes());
  }

  /** The entry's value, or empty if it is missing or blank. */
  Optional<String> entry(String name) {
    return Optional.ofNullable(entries.getValue(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  Optional<String> id() {
    return entry(ID);
  }

  Set<String> connectors() {
    return list(CONNECTORS);
  }

  Set<String> secretSchemes() {
    return list(SECRETS);
  }

  /** The entries that a plug-in must have and this one has not, in words. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (String name : List.of(ID, VERSION, REQUIRES)) {
      if (entry(name).isEmpty()) {
        missing.add(name);
      }
    }
    if (connectors().isEmpty() && secretSchemes().isEmpty()) {
      missing.add(CONNECTORS + " (or " + SECRETS + ")");
    }
    return missing;
  }

  /** The plug-in's description. Nothing may be {@link #missing()}. */
  PluginJar jar(Path file) {
    return new PluginJar(
        file,
        id().orElseThrow(),
        entry(VERSION).orElseThrow(),
        entry(REQUIRES).orElseThrow(),
        connectors(),
        secretSchemes(),
        entry("Plugin-Provider").orElse(""),
        entry("Plugin-Description").orElse(""));
  }

  private Set<String> list(String name) {
    Set<String> items = new LinkedHashSet<>();
    for (String item : entry(name).orElse("").split(",", -1)) {
      if (!item.isBlank()) {
        items.add(item.strip());
      }
    }
    return items;
  }
}
