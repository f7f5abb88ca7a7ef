package io.standpipe;

import io.standpipe.builtin.BuiltInConnectors;
import io.standpipe.config.Configuration;
import io.standpipe.config.ConfigurationDraft;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.Problems;
import io.standpipe.config.RecordBinder;
import io.standpipe.config.SourcePosition;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.plugin.PluginCatalog;
import io.standpipe.plugin.PluginJar;
import io.standpipe.plugin.PluginProblem;
import io.standpipe.plugin.PluginRuntime;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.Location;
import io.standpipe.spi.SecretProvider;
import io.standpipe.storage.Storages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** What a platform opens: its configuration, the plug-ins that this needs, and its storages. */
record Opening(Configuration configuration, PluginRuntime plugins, Storages storages) {

  /**
   * Reads the configuration, loads the plug-ins and binds the storages.
   *
   * @param directories folders with plug-in JARs, besides those that the configuration names
   * @param session somebody else's session, whose classes the plug-ins then use
   * @throws io.standpipe.config.ConfigurationException with everything that is wrong
   */
  static Opening of(
      ConfigurationSource source, List<Path> directories, Optional<SparkSession> session) {
    Problems problems = new Problems();
    ConfigurationDraft draft = Configuration.load(source, problems);
    PluginCatalog catalog = PluginInspection.catalog(draft, directories);
    PluginRuntime plugins = load(wanted(draft, catalog), libraries(draft, problems), session);
    Configuration configuration = resolve(draft, plugins, problems);
    Storages storages =
        Storages.bind(
            configuration.storages(),
            connectors(catalog, plugins),
            new RecordBinder(configuration.redactor()),
            problems);
    problems.throwIfAny();
    return new Opening(configuration, plugins, storages);
  }

  private static List<PluginJar> wanted(ConfigurationDraft draft, PluginCatalog catalog) {
    Set<PluginJar> wanted = new LinkedHashSet<>();
    draft.connectorTypes().forEach(type -> catalog.forConnector(type).ifPresent(wanted::add));
    draft.secretSchemes().forEach(scheme -> catalog.forSecretScheme(scheme).ifPresent(wanted::add));
    return List.copyOf(wanted);
  }

  private static PluginRuntime load(
      List<PluginJar> jars, List<Path> libraries, Optional<SparkSession> session) {
    return session
        .map(
            spark ->
                PluginRuntime.loadFrom(
                    spark.sharedState().jarClassLoader(), jars, libraries, Versions.plugins()))
        .orElseGet(() -> PluginRuntime.load(jars, libraries, Versions.plugins()));
  }

  private static Storages.Connectors connectors(PluginCatalog catalog, PluginRuntime plugins) {
    Map<String, ConnectorFactory<?>> factories = new LinkedHashMap<>();
    BuiltInConnectors.factories().forEach(factory -> factories.put(factory.type(), factory));
    factories.putAll(plugins.factoriesByType());
    return new Storages.Connectors(
        factories,
        catalog.connectorTypes(),
        type -> refusal(type, catalog, plugins),
        plugins.unionLoader());
  }

  /** The JARs with classes of the user's own, as far as they are there. */
  private static List<Path> libraries(ConfigurationDraft draft, Problems problems) {
    List<Path> found = new ArrayList<>();
    for (Location library : draft.plugins().libraries()) {
      Path jar = Path.of(library.uri());
      if (Files.isRegularFile(jar)) {
        found.add(jar);
      } else {
        problems.add(
            SourcePosition.whole("plugins.libraries"),
            "no file " + jar + ". Build it, or remove it from plugins.libraries.");
      }
    }
    return found;
  }

  private static Configuration resolve(
      ConfigurationDraft draft, PluginRuntime plugins, Problems problems) {
    return ContextClassLoader.call(
        plugins.unionLoader(),
        () -> {
          Map<String, SecretProvider> providers = new LinkedHashMap<>();
          plugins.secretProviders().forEach(provider -> providers.put(provider.scheme(), provider));
          return draft.resolve(
              scheme -> Optional.ofNullable(providers.get(scheme)), providers.keySet(), problems);
        });
  }

  private static Optional<String> refusal(
      String type, PluginCatalog catalog, PluginRuntime plugins) {
    List<PluginProblem> found = new ArrayList<>(catalog.problemsFor(type));
    catalog
        .forConnector(type)
        .ifPresent(
            jar ->
                plugins.problems().stream()
                    .filter(p -> p.file().equals(jar.file()))
                    .forEach(found::add));
    return Optional.of(found.stream().map(PluginProblem::message).collect(Collectors.joining(" ")))
        .filter(text -> !text.isEmpty());
  }
}
