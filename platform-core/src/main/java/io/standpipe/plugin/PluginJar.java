package io.standpipe.plugin;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * A plug-in JAR as its manifest describes it.
 *
 * @param file absolute path of the JAR
 * @param id {@code Plugin-Id}
 * @param version {@code Plugin-Version}, a semantic version
 * @param requires {@code Plugin-Requires}, the SPI versions that it works with
 * @param connectors the connector types of {@code Standpipe-Connectors}, in the manifest's order
 * @param secretSchemes the schemes of {@code Standpipe-Secrets}, in the manifest's order
 * @param provider {@code Plugin-Provider}, or an empty string
 * @param description {@code Plugin-Description}, or an empty string
 */
public record PluginJar(
    Path file,
    String id,
    String version,
    String requires,
    Set<String> connectors,
    Set<String> secretSchemes,
    String provider,
    String description) {
  public PluginJar {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(requires, "requires");
    connectors = Collections.unmodifiableSet(new LinkedHashSet<>(connectors));
    secretSchemes = Collections.unmodifiableSet(new LinkedHashSet<>(secretSchemes));
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(description, "description");
  }
}
