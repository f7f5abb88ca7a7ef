package io.standpipe.config;

import io.standpipe.config.ConfigNode.Entry;
import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.spi.SecretProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A configuration before the secrets of plug-ins are known: read, overlays and overrides applied.
 * Tells which plug-ins are needed; {@link #resolve} does the rest.
 */
public final class ConfigurationDraft {
  private static final String SPARK = "spark";
  private static final String PLUGINS = "plugins";
  private static final String STORAGES = "storages";
  private static final String CONNECTOR = "connector";
  private static final String RESILIENCE = "resilience";
  private static final List<String> SECTIONS = List.of(SPARK, PLUGINS, RESILIENCE, STORAGES);

  /** Sections of the user's own, to hold anchors; they mean nothing. */
  private static final String OWN_PREFIX = "x-";

  private final Mapping sections;
  private final Map<String, String> variables;
  private final Redactor redactor = new Redactor();
  private final PluginsSection plugins;

  ConfigurationDraft(Mapping merged, Map<String, String> variables, Problems problems) {
    this.variables = variables;
    this.sections = known(merged, problems);
    this.plugins = plugins(problems);
  }

  /** The connector types that storages ask for, sorted; only those whose references resolve. */
  public Set<String> connectorTypes() {
    Set<String> types = new TreeSet<>();
    Interpolation interpolation = withoutProviders();
    storageNodes()
        .forEach(
            (name, entry) -> {
              if (entry.value() instanceof Mapping storage
                  && storage.value(CONNECTOR).orElse(storage) instanceof Scalar connector) {
                Mapping holder = Mapping.empty(connector.position());
                Entry value = new Entry(connector.position(), connector);
                // Problems are reported by resolve().
                Mapping resolved =
                    interpolation.resolve(holder.with(CONNECTOR, value), new Problems());
                resolved.text(CONNECTOR).ifPresent(types::add);
              }
            });
    return types;
  }

  /** The schemes of references for which secret providers are needed, sorted. */
  public Set<String> secretSchemes() {
    return Interpolation.schemes(sections.without(PLUGINS));
  }

  /** Where plug-ins come from. */
  public PluginsSection plugins() {
    return plugins;
  }

  /** Knows the secrets found so far; the same one that the configuration gets. */
  public Redactor redactor() {
    return redactor;
  }

  /**
   * Resolves all references.
   *
   * @param providers finds the provider of a scheme. The caller sees to the context class loader
   *     when a provider comes from a plug-in
   * @param providerSchemes the schemes that are provided, for suggestions
   * @return a configuration even if problems were added: what could not be read is missing from it
   */
  public Configuration resolve(
      Function<String, Optional<SecretProvider>> providers,
      Set<String> providerSchemes,
      Problems problems) {
    Interpolation interpolation =
        new Interpolation(variables, providers, providerSchemes, redactor);
    Mapping resolved = interpolation.resolve(sections.without(PLUGINS), problems);
    Resilience resilience = new Resilience(resolved, problems);
    return new Configuration(
        bind(SparkSection.class, resolved, SPARK, problems),
        plugins,
        resilience.ofAll,
        storages(resolved, resilience, problems),
        redactor);
  }

  private static Mapping known(Mapping merged, Problems problems) {
    Map<String, Entry> known = new LinkedHashMap<>();
    merged
        .entries()
        .forEach(
            (key, entry) -> {
              if (SECTIONS.contains(key)) {
                known.put(key, entry);
              } else if (!key.startsWith(OWN_PREFIX)) {
                problems.add(
                    entry.keyPosition(),
                    "unknown key '%s'. %s"
                        .formatted(key, Suggestions.sentence(key, SECTIONS, "keys")));
              }
            });
    return new Mapping(merged.position(), known);
  }

  private PluginsSection plugins(Problems problems) {
    Mapping section = sections.without(SPARK, RESILIENCE, STORAGES);
    Set<String> schemes = Interpolation.schemes(section);
    if (!schemes.isEmpty()) {
      problems.add(
          section.value(PLUGINS).orElse(section).position(),
          "the section 'plugins' refers to secrets of plug-ins (%s), which are loaded after it is read. Use ${env:...}, ${file:...} or ${here} in it."
              .formatted(String.join(", ", schemes)));
      return new PluginsSection(List.of(), Map.of(), List.of());
    }
    Mapping resolved = withoutProviders().resolve(section, problems);
    return bind(PluginsSection.class, resolved, PLUGINS, problems);
  }

  /** A section, or what an empty one is if it cannot be bound. */
  private <T extends Record> T bind(
      Class<T> type, Mapping resolved, String section, Problems problems) {
    RecordBinder binder = new RecordBinder(redactor);
    Optional<Mapping> node = mapping(resolved, section, problems);
    return node.flatMap(mapping -> binder.bind(type, mapping, problems))
        .or(() -> binder.bind(type, Mapping.empty(resolved.position()), new Problems()))
        .orElseThrow();
  }

  private List<StorageSection> storages(
      Mapping resolved, Resilience resilience, Problems problems) {
    List<StorageSection> storages = new ArrayList<>();
    mapping(resolved, STORAGES, problems)
        .ifPresent(
            section ->
                section
                    .entries()
                    .forEach(
                        (name, entry) ->
                            storage(name, entry, resilience, problems).ifPresent(storages::add)));
    return storages;
  }

  /** What is done when a storage fails: the section of all of them, and its own over that. */
  private final class Resilience {
    private final Mapping general;
    private final ResilienceSection ofAll;
    private final Problems problems;

    Resilience(Mapping resolved, Problems problems) {
      this.problems = problems;
      this.ofAll = bind(ResilienceSection.class, resolved, RESILIENCE, problems);
      this.general =
          resolved.value(RESILIENCE).orElse(null) instanceof Mapping section
              ? section
              : Mapping.empty(resolved.position());
    }

    ResilienceSection of(Mapping storage) {
      return mapping(storage, RESILIENCE, problems)
          .map(own -> Overlays.merge(general, own))
          .flatMap(
              merged -> new RecordBinder(redactor).bind(ResilienceSection.class, merged, problems))
          .orElse(ofAll);
    }
  }

  private static Optional<StorageSection> storage(
      String name, Entry entry, Resilience resilience, Problems problems) {
    SourcePosition position = entry.keyPosition();
    if (!Names.isValid(name)) {
      problems.add(
          position,
          "'%s' cannot name a storage. Use only letters, digits, '_' and '-'.".formatted(name));
    }
    if (!(entry.value() instanceof Mapping options)) {
      // The value is not shown: below a wrong indentation it may be a password.
      String actual = entry.value() instanceof Scalar ? "a single value" : "a list";
      problems.add(
          entry.value().position(),
          "storage '%s' must be a mapping with a connector and its options, but is %s. Check the indentation."
              .formatted(name, entry.value().isNull() ? "empty" : actual));
      return Optional.empty();
    }
    Optional<ConfigNode> connector = options.value(CONNECTOR);
    if (connector.isEmpty()) {
      String similar =
          Suggestions.nearest(CONNECTOR, options.entries().keySet())
              .map(near -> " Did you mean it by '" + near + "'?")
              .orElse("");
      problems.add(
          options.position(),
          "storage '%s' has no connector.%s Add its type, for example 'connector: jdbc'."
              .formatted(name, similar));
      return Optional.empty();
    }
    ResilienceSection own = resilience.of(options);
    if (!(connector.get() instanceof Scalar type) || type.kind() == Kind.UNRESOLVED) {
      if (!(connector.get() instanceof Scalar)) {
        problems.add(
            connector.get().position(),
            "'connector' must be the type of a connector, but is "
                + connector.get().describe()
                + ".");
      }
      return Optional.empty();
    }
    return Optional.of(
        new StorageSection(
            name, type.text(), options.without(CONNECTOR, RESILIENCE), own, position));
  }

  private Map<String, Entry> storageNodes() {
    return sections.value(STORAGES).orElse(sections) instanceof Mapping storages
            && storages != sections
        ? storages.entries()
        : Map.of();
  }

  /** A section that is there and is a mapping. */
  private static Optional<Mapping> mapping(Mapping root, String section, Problems problems) {
    Optional<ConfigNode> node = root.value(section);
    if (node.isPresent() && !(node.get() instanceof Mapping)) {
      problems.add(
          node.get().position(),
          "'%s' must be a mapping, but is %s.".formatted(section, node.get().describe()));
    }
    return node.filter(Mapping.class::isInstance).map(Mapping.class::cast);
  }

  private Interpolation withoutProviders() {
    return new Interpolation(variables, scheme -> Optional.empty(), Set.of(), redactor);
  }
}
