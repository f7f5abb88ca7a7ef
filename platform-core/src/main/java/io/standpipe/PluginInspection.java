package io.standpipe;

import io.standpipe.builtin.BuiltInConnectors;
import io.standpipe.config.Configuration;
import io.standpipe.config.ConfigurationDraft;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.JsonSchema;
import io.standpipe.config.Problems;
import io.standpipe.pipeline.PipelineSection;
import io.standpipe.plugin.PluginCatalog;
import io.standpipe.plugin.PluginJar;
import io.standpipe.plugin.PluginProblem;
import io.standpipe.plugin.PluginRuntime;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All plug-ins of a configuration, loaded to be looked at, whether a storage uses them or not. No
 * storage is bound and no Spark session is made.
 */
public final class PluginInspection implements AutoCloseable {
  private final PluginRuntime runtime;
  private final List<PluginJar> usable = new ArrayList<>();
  private final List<PluginProblem> problems = new ArrayList<>();

  private PluginInspection(PluginCatalog catalog, PluginRuntime runtime) {
    this.runtime = runtime;
    problems.addAll(catalog.problems());
    problems.addAll(runtime.problems());
    for (PluginJar jar : catalog.jars()) {
      if (runtime.problems().stream().noneMatch(problem -> problem.file().equals(jar.file()))) {
        usable.add(jar);
      }
    }
  }

  /**
   * Checks and loads everything in the folders.
   *
   * @param directories folders with plug-in JARs, besides those that the configuration names
   */
  public static PluginInspection of(ConfigurationSource source, List<Path> directories) {
    Problems problems = new Problems();
    ConfigurationDraft draft = Configuration.load(source, problems);
    problems.throwIfAny();
    PluginCatalog catalog = catalog(draft, directories);
    return new PluginInspection(catalog, PluginRuntime.load(catalog.jars(), Versions.plugins()));
  }

  static PluginCatalog catalog(ConfigurationDraft draft, List<Path> directories) {
    List<Path> all = new ArrayList<>(directories);
    draft.plugins().directories().stream().map(Location::uri).map(Path::of).forEach(all::add);
    return PluginCatalog.scan(
        all, draft.plugins().trusted(), Versions.plugins(), BuiltInConnectors.types());
  }

  /** Plug-ins that can be used. */
  public List<PluginJar> usable() {
    return List.copyOf(usable);
  }

  /** Why the others cannot. */
  public List<PluginProblem> problems() {
    return List.copyOf(problems);
  }

  /** Every connector factory, built-in ones first. */
  public List<ConnectorFactory<?>> factories() {
    List<ConnectorFactory<?>> factories = new ArrayList<>(BuiltInConnectors.factories());
    factories.addAll(runtime.factories());
    return factories;
  }

  /** The JSON Schema of the configuration with the options of every connector. */
  public String configurationSchema() {
    Map<String, Class<? extends Record>> types = new LinkedHashMap<>();
    factories().forEach(factory -> types.put(factory.type(), factory.configType()));
    return JsonSchema.ofConfiguration(types).toJson();
  }

  /** The JSON Schema of pipeline files. */
  public static String pipelineSchema() {
    return JsonSchema.of(PipelineSection.class).toJson();
  }

  /** Stops the plug-ins. */
  @Override
  public void close() {
    runtime.close();
  }
}
