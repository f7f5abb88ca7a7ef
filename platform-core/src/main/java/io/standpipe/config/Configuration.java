package io.standpipe.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole configuration, all references resolved.
 *
 * <p>It is made in two steps, because secrets may come from plug-ins, which the configuration
 * names:
 *
 * <pre>{@code
 * Problems problems = new Problems();
 * ConfigurationDraft draft = Configuration.load(source, problems);
 * // load the plug-ins for draft.connectorTypes() and draft.secretSchemes(), see draft.plugins()
 * Configuration configuration = draft.resolve(providers::find, providers.schemes(), problems);
 * // bind the options of configuration.storages() to the records of their connectors
 * problems.throwIfAny();
 * }</pre>
 *
 * @param spark the Spark session's settings
 * @param plugins where plug-ins come from
 * @param resilience what is done when a storage fails that says nothing of its own
 * @param storages in the order of the file
 * @param redactor knows every secret of this configuration
 */
public record Configuration(
    SparkSection spark,
    PluginsSection plugins,
    ResilienceSection resilience,
    List<StorageSection> storages,
    Redactor redactor) {
  public Configuration {
    Objects.requireNonNull(spark, "spark");
    Objects.requireNonNull(plugins, "plugins");
    Objects.requireNonNull(resilience, "resilience");
    storages = List.copyOf(storages);
    Objects.requireNonNull(redactor, "redactor");
  }

  /** A storage by name. */
  public Optional<StorageSection> storage(String name) {
    return storages.stream().filter(storage -> storage.name().equals(name)).findFirst();
  }

  /**
   * Reads the file, puts the overlay and the overrides over it, and sees what it needs.
   *
   * @return usable even if there are problems, in order to find further ones
   */
  public static ConfigurationDraft load(ConfigurationSource source, Problems problems) {
    return new ConfigurationDraft(
        ConfigurationFiles.read(source, problems), source.variables(), problems);
  }
}
