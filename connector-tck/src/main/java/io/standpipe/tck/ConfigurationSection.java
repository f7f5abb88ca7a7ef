package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.Platform;
import io.standpipe.PluginInspection;
import io.standpipe.config.Configuration;
import io.standpipe.config.ConfigurationDraft;
import io.standpipe.config.ConfigurationException;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.OptionDescriptor;
import io.standpipe.config.Problems;
import io.standpipe.config.RecordBinder;
import io.standpipe.config.StorageSection;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.SupportsTable;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.yaml.snakeyaml.Yaml;

/** B: the options, generated from the configuration record, and the secrets among them. */
final class ConfigurationSection extends Section {
  private static final Behaviour WRONG = Behaviour.of(9, "wrong options");
  private static final Behaviour SECRETS = Behaviour.of(11, "secrets are not shown");
  private static final String HIDDEN = "hidden-by-the-kit";

  ConfigurationSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(Behaviour.of(8, "minimal configuration"), this::minimal);
    behaviour(WRONG.variant("missing"), this::missing);
    behaviour(WRONG.variant("of another type"), this::mistyped);
    behaviour(WRONG.variant("out of range or contradictory"), this::refusedOptions);
    behaviour(WRONG.variant("all reported together"), this::together);
    behaviour(Behaviour.of(10, "unknown option"), this::unknown);
    behaviourOfJvm(SECRETS.variant("in use"), this::secretsInUse);
    behaviour(SECRETS.variant("in configuration errors"), this::secretsInErrors);
    behaviour(Behaviour.of(12, "checking has no side effect"), this::checking);
    behaviour(Behaviour.of(13, "two storages are independent"), this::independent);
    behaviour(Behaviour.of(14, "documented defaults are the real ones"), this::defaults);
  }

  private String type() {
    return bench.suite().type();
  }

  private Map<String, Object> options() {
    return new LinkedHashMap<>(bench.options(Bench.fresh(), Rows.NUMBERS));
  }

  private Map<String, Object> section(Map<String, Object> options) {
    return Configurations.section(type(), options);
  }

  private <T> T withFactory(java.util.function.Function<ConnectorFactory<?>, T> action) {
    try (PluginInspection found =
        PluginInspection.of(ConfigurationSource.none(), List.of(Configurations.plugins()))) {
      return action.apply(
          found.factories().stream()
              .filter(factory -> factory.type().equals(type()))
              .findFirst()
              .orElseThrow());
    }
  }

  private List<OptionDescriptor> descriptors() {
    return withFactory(factory -> OptionDescriptor.of(factory.configType()));
  }

  /** What is said of a configuration with these storages; fails if it is accepted. */
  private String problems(Map<String, Object> storages) {
    Throwable thrown = catchThrowable(() -> bench.guest(bench.configuration(storages)));
    assertThat(thrown).isInstanceOf(ConfigurationException.class);
    return thrown.getMessage();
  }

  /** Nothing but what is required and what says where the storage is. */
  private void minimal() {
    Storage storage = bench.holding(Rows.numbers(spark, 0, 1));
    assertThat(bench.texts(storage)).hasSize(1);
    for (OptionDescriptor option : descriptors()) {
      assertThat(option.description()).as("description of %s", option.name()).isNotBlank();
    }
  }

  private Map<String, Object> withoutEachRequired() {
    Map<String, Object> storages = new TreeMap<>();
    for (OptionDescriptor option : descriptors()) {
      if (option.required()) {
        Map<String, Object> options = options();
        assertThat(options.remove(option.name())).as(option.name()).isNotNull();
        storages.put("without-" + option.name(), section(options));
      }
    }
    return storages;
  }

  /** Without options, if none is required, it is the record itself that objects. */
  private void missing() {
    Map<String, Object> storages = withoutEachRequired();
    if (storages.isEmpty()) {
      assertThat(problems(Map.of("empty", section(Map.of())))).contains("give");
      return;
    }
    String problems = problems(storages);
    for (OptionDescriptor option : descriptors()) {
      if (option.required()) {
        assertThat(problems).contains("'" + option.name() + "' (" + option.type() + ") is missing");
      }
    }
  }

  private Map<String, Object> eachMistyped() {
    Map<String, Object> storages = new TreeMap<>();
    for (OptionDescriptor option : descriptors()) {
      Object wrong = option.type().startsWith("mapping") ? "no mapping" : Map.of("no", "scalar");
      storages.put(
          "wrong-" + option.name(),
          section(Configurations.over(options(), Map.of(option.name(), wrong))));
    }
    return storages;
  }

  private void mistyped() {
    String problems = problems(eachMistyped());
    for (OptionDescriptor option : descriptors()) {
      assertThat(problems).contains("'" + option.name() + "' must be ");
    }
  }

  private Map<String, Object> contradictory() {
    return section(Configurations.over(options(), bench.suite().refusedOptions()));
  }

  private void refusedOptions() {
    String problems = problems(Map.of("refused", contradictory()));
    assertThat(problems.lines().filter(line -> !line.isBlank())).hasSizeGreaterThanOrEqualTo(1);
    assertThat(bench.suite().refusedOptions().keySet()).anyMatch(problems::contains);
  }

  private void together() {
    Map<String, Object> storages = new TreeMap<>(withoutEachRequired());
    storages.putAll(eachMistyped());
    storages.put("refused", contradictory());
    storages.put("unknown", section(Configurations.over(options(), Map.of("nobodyKnows", 1))));
    String problems = problems(storages);
    for (String name : withoutEachRequired().keySet()) {
      String option = name.substring("without-".length());
      assertThat(problems).contains("'" + option + "' (");
    }
    for (OptionDescriptor option : descriptors()) {
      assertThat(problems).contains("'" + option.name() + "' must be ");
    }
    assertThat(problems).contains("unknown key 'nobodyKnows'");
    assertThat(bench.suite().refusedOptions().keySet()).anyMatch(problems::contains);
  }

  private void unknown() {
    String known =
        bench.suite().storage(Bench.fresh()).keySet().stream().sorted().findFirst().get();
    String misspelt = known + "x";
    assertThat(problems(Map.of("s", section(Configurations.over(options(), Map.of(misspelt, 1))))))
        .contains("unknown key '" + misspelt + "'. Did you mean '" + known + "'?");
  }

  /** Values of secret options by which a leak is recognised; one at least, if there are any. */
  private Set<String> secrets() {
    Map<String, Object> options = options();
    List<Map<String, Object>> given = new ArrayList<>(List.of(options));
    bench.suite().server().ifPresent(server -> given.add(server.wrongPassword()));
    Set<String> names =
        descriptors().stream()
            .filter(OptionDescriptor::secret)
            .map(OptionDescriptor::name)
            .collect(Collectors.toSet());
    Set<String> values = new TreeSet<>();
    for (Map<String, Object> each : given) {
      each.forEach(
          (name, value) -> {
            if (names.contains(name)) {
              values.add(value.toString());
            }
          });
    }
    // The password of a user with that name is seen wherever the user is.
    options.forEach(
        (name, value) -> {
          if (!names.contains(name)) {
            values.remove(value.toString());
          }
        });
    assertThat(names.isEmpty() || !values.isEmpty())
        .as("storage() must give one of the secret options %s, to be recognised", names)
        .isTrue();
    return values;
  }

  private void secretsInUse() {
    StringBuilder seen = new StringBuilder();
    try (LogCapture log = LogCapture.start()) {
      Dataset<Row> rows = Rows.numbers(spark, 0, 3);
      Storage storage = bench.holding(rows);
      seen.append(storage).append(storage.knownSchema()).append(storage.abilities());
      seen.append(
          storage.<String>act(
              () -> {
                Dataset<Row> read = storage.read(spark).filter("id > 0");
                read.collectAsList();
                return read.queryExecution().toString() + read.queryExecution().logical();
              }));
      seen.append(trace(catchThrowable(() -> bench.texts(bench.storage()))));
      bench
          .suite()
          .server()
          .ifPresent(
              server -> {
                Storage refused = bench.storage(server.wrongPassword());
                seen.append(trace(catchThrowable(() -> bench.texts(refused))));
              });
      bench.close();
      seen.append(log.text());
    }
    seen.append(spark.conf().getAll()).append(spark.sparkContext().getConf().toDebugString());
    assertThat(seen.toString()).contains("Storage '");
    for (String secret : secrets()) {
      assertThat(seen.toString().lines().filter(line -> line.contains(secret)))
          .as("secrets are shown, here as ####")
          .extracting(line -> line.replace(secret, "####"))
          .isEmpty();
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Also of secrets in the wrong place, which a user may well produce. */
  private void secretsInErrors() {
    Map<String, Object> storages = new TreeMap<>(Map.of("contradictory", contradictory()));
    storages.put(
        "misplaced", section(Configurations.over(options(), Map.of("passwordOfMine", HIDDEN))));
    for (OptionDescriptor option : descriptors()) {
      if (option.secret()) {
        storages.put(
            "list-" + option.name(),
            section(Configurations.over(options(), Map.of(option.name(), List.of(HIDDEN)))));
      }
    }
    String problems = problems(storages);
    assertThat(problems).doesNotContain(HIDDEN);
    secrets().forEach(secret -> assertThat(problems).doesNotContain(secret));
  }

  /** Binding and planning a storage whose object is not there leaves it so. */
  private void checking() {
    String source = Bench.fresh();
    String target = Bench.fresh();
    Map<String, Object> sections = new TreeMap<>();
    for (String name : List.of(source, target)) {
      sections.put(name, bench.section(name));
    }
    Platform platform = bench.guest(bench.configuration(sections));
    Storage storage = platform.storages().require(target);
    platform.plan(
        Configurations.pipeline(
            bench.folder(),
            List.of(Map.of("read", source), PackagingSection.write(storage, source))));
    if (storage.abilities().contains(Ability.TABLE)) {
      assertThat(storage.<SupportsTable, Boolean>use(SupportsTable.class, t -> t.exists(spark)))
          .isFalse();
    }
    assertThatThrownBy(() -> bench.texts(storage)).hasMessageContaining("Storage '" + target + "'");
  }

  private void independent() {
    Storage one = bench.holding(Rows.numbers(spark, 0, 2));
    Storage two = bench.holding(Rows.numbers(spark, 5, 8));
    assertThat(bench.texts(one)).isEqualTo(Rows.texts(Rows.numbers(spark, 0, 2)));
    assertThat(bench.texts(two)).isEqualTo(Rows.texts(Rows.numbers(spark, 5, 8)));
  }

  /** An option that is given its documented default is as if it were not given. */
  private void defaults() {
    Map<String, Object> base = options();
    Map<String, Object> storages = new LinkedHashMap<>(Map.of("plain", section(base)));
    for (OptionDescriptor option : descriptors()) {
      option
          .defaultValue()
          .filter(value -> !base.containsKey(option.name()))
          .ifPresent(
              value ->
                  storages.put(
                      "default-" + option.name(),
                      section(Configurations.over(base, Map.of(option.name(), asYaml(value))))));
    }
    Problems problems = new Problems();
    ConfigurationDraft draft =
        Configuration.load(ConfigurationSource.of(bench.configuration(storages)), problems);
    Configuration configuration = draft.resolve(scheme -> Optional.empty(), Set.of(), problems);
    List<Record> records =
        withFactory(
            factory ->
                configuration.storages().stream()
                    .map(section -> bind(factory, configuration, section, problems))
                    .toList());
    problems.throwIfAny();
    assertThat(records).hasSize(storages.size()).allMatch(records.get(0)::equals);
  }

  /** A default is written as in YAML, where a number is no text. */
  private static Object asYaml(String value) {
    return new Yaml().load(value.isEmpty() ? "''" : value);
  }

  private static Record bind(
      ConnectorFactory<?> factory,
      Configuration configuration,
      StorageSection section,
      Problems problems) {
    return new RecordBinder(configuration.redactor())
        .bind(factory.configType(), section.options(), problems)
        .orElseThrow(() -> new AssertionError(section.name() + ": " + problems.list()));
  }
}
