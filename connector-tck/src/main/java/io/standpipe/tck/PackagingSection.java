package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.standpipe.Platform;
import io.standpipe.PluginInspection;
import io.standpipe.Versions;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.plugin.PluginCatalog;
import io.standpipe.plugin.PluginJar;
import io.standpipe.plugin.PluginProblem;
import io.standpipe.spi.Connector;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A: the packaged JAR in a plug-ins folder, as a user has it. */
final class PackagingSection extends Section {
  private static final Behaviour REFUSED = Behaviour.of(5, "what does not fit is refused by name");
  private static final Behaviour RUN = Behaviour.of(6, "pipeline");

  /** Threads that Spark, Hadoop, the JDK and JUnit make when they need them. */
  private static final String OTHERS =
      "(?i)(Executor task|dispatcher|block-manager|map-output|broadcast|subquery|shuffle|files-|rpc-"
          + "|netty|context-cleaner|spark|task-result|ForkJoinPool|process reaper|ResolveExec|stage-"
          + "|dag-scheduler|heartbeat|driver-|org\\.apache\\.hadoop|hadoop|Common-Cleaner|Finalizer"
          + "|cleaner|element-tracking|executor-|QueryStageCreator|Attach|Signal|Reference|main"
          + "|surefire|junit|awaitility|pool-\\d+-thread|Thread-\\d+|Timer|Keep-Alive|ping ).*";

  PackagingSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    plugin(Behaviour.of(1, "loads from the packaged JAR"), this::loadsFromJar);
    plugin(Behaviour.of(2, "manifest"), this::manifest);
    plugin(Behaviour.of(3, "nothing forbidden in the JAR"), this::content);
    behaviour(Behaviour.of(4, "works beside all other plug-ins"), this::besideOthers);
    plugin(
        REFUSED.variant("SPI version"),
        jar ->
            refused(
                jar,
                "Plugin-Requires",
                ">=9.9.0",
                "it requires version >=9.9.0 of the connector SPI"));
    plugin(
        REFUSED.variant("Spark version"),
        jar -> refused(jar, "Standpipe-Spark", "2.4.8", "it is built for Spark 2.4.8"));
    behaviour(RUN.variant("local"), this::pipeline);
    behaviour(RUN.variant("cluster"), this::pipeline);
    behaviourOfJvm(Behaviour.of(7, "no thread survives close"), this::threads);
  }

  @FunctionalInterface
  private interface JarBody {
    void run(PluginJar jar) throws Exception;
  }

  /** A type that is built into the platform comes in no JAR: a plug-in with it is refused. */
  private void plugin(Behaviour behaviour, JarBody body) {
    test(
        behaviour,
        () -> {
          Optional<PluginJar> jar = catalog(Configurations.plugins()).forConnector(type());
          if (jar.isPresent()) {
            body.run(jar.get());
            return Result.supported(behaviour, "");
          }
          return Result.refused(behaviour, builtIn());
        });
  }

  private String type() {
    return bench.suite().type();
  }

  private static PluginCatalog catalog(Path folder) {
    return PluginCatalog.scan(List.of(folder), Map.of(), Versions.plugins());
  }

  private String builtIn() throws Exception {
    Path any = catalog(Configurations.plugins()).jars().get(0).file();
    Path copy = JarCopies.withManifest(any, bench.folder(), Map.of("Standpipe-Connectors", type()));
    String cause = "its connector type '" + type() + "' is built into the platform";
    try (PluginInspection found =
        PluginInspection.of(ConfigurationSource.none(), List.of(copy.getParent()))) {
      assertThat(found.problems()).extracting(PluginProblem::cause).contains(cause);
    }
    return cause;
  }

  private void loadsFromJar(PluginJar jar) throws Exception {
    try (Platform own = open()) {
      Storage storage = own.storages().require("subject");
      Class<?> type = storage.use(Connector.class, Object::getClass);
      Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      assertThat(source.toRealPath()).isEqualTo(jar.file().toRealPath());
      assertThatThrownBy(
              () -> Class.forName(type.getName(), false, ClassLoader.getSystemClassLoader()))
          .as("the connector must not be on the class path of the test")
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  /** Without a session, as the command line does it. */
  private Platform open() {
    Map<String, Object> section = bench.section(Bench.fresh());
    return Configurations.platform(bench.configuration(Map.of("subject", section))).open();
  }

  private void manifest(PluginJar jar) {
    assertThat(jar.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(jar.provider()).isNotBlank();
    assertThat(jar.connectors()).contains(type());
    try (PluginInspection found = inspection()) {
      assertThat(found.usable()).extracting(PluginJar::id).contains(jar.id());
    }
  }

  private static PluginInspection inspection() {
    return PluginInspection.of(ConfigurationSource.none(), List.of(Configurations.plugins()));
  }

  /** The platform finds nothing in the JAR; it would find something in a copy that has it. */
  private void content(PluginJar jar) throws Exception {
    assertThat(catalog(Configurations.plugins()).problemsFor(type())).isEmpty();
    Path copy = JarCopies.withClass(jar.file(), bench.folder(), org.slf4j.Logger.class);
    assertThat(catalog(copy.getParent()).problems())
        .extracting(PluginProblem::cause)
        .anyMatch(cause -> cause.startsWith("it bundles what the platform provides: slf4j"));
  }

  private void besideOthers() throws Exception {
    try (PluginInspection found = inspection()) {
      assertThat(found.problems()).isEmpty();
      assertThat(found.factories()).anyMatch(factory -> factory.type().equals(type()));
      for (PluginJar one : found.usable()) {
        for (PluginJar other : found.usable()) {
          if (!one.id().equals(other.id())) {
            assertThat(JarCopies.owned(one.file()))
                .as("what both %s and %s bring", one.id(), other.id())
                .doesNotContainAnyElementsOf(JarCopies.owned(other.file()));
          }
        }
      }
    }
    Storage storage = bench.holding(Rows.numbers(spark, 0, 2));
    assertThat(bench.texts(storage)).hasSize(2);
  }

  private void refused(PluginJar jar, String entry, String value, String cause) throws Exception {
    Path copy = JarCopies.withManifest(jar.file(), bench.folder(), Map.of(entry, value));
    assertThat(catalog(copy.getParent()).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.pluginId()).contains(jar.id());
              assertThat(problem.message()).contains(cause);
            });
  }

  /** Read from one storage and written to another, by the platform, in the session of all. */
  private void pipeline() {
    Dataset<Row> rows = Rows.numbers(spark, 0, 6);
    String source = bench.holding(rows).name();
    String target = Bench.fresh();
    Map<String, Object> storages = new TreeMap<>();
    for (String name : List.of(source, target)) {
      storages.put(name, bench.section(name));
    }
    Platform platform = bench.guest(bench.configuration(storages));
    Storage written = bench.prepared(platform.storages().require(target), Rows.NUMBERS);
    Map<String, Object> write = write(written, source);
    Plan plan =
        platform.plan(
            Configurations.pipeline(bench.folder(), List.of(Map.of("read", source), write)));
    RunReport report = platform.run(plan, platform.newRunId(plan), new RunListener() {});
    assertThat(report.succeeded()).as("%s", report).isTrue();
    assertThat(bench.texts(written)).isEqualTo(Rows.texts(rows));
  }

  /** A pipeline's step that writes what the step before it has. */
  static Map<String, Object> write(Storage storage, String source) {
    Map<String, Object> step = new TreeMap<>(Map.of("write", storage.name(), "from", source));
    WriteMode mode = mode(storage);
    step.put("mode", mode.id());
    if (mode.needsKeys()) {
      step.put("keys", List.of("id"));
    }
    return step;
  }

  private static WriteMode mode(Storage storage) {
    return List.of(WriteMode.APPEND, WriteMode.OVERWRITE, WriteMode.UPSERT).stream()
        .filter(storage.writeModes()::contains)
        .findFirst()
        .orElseThrow();
  }

  /** After the second use: what a technology makes once and keeps for the process is not a leak. */
  private void threads() {
    use();
    Set<String> before = own();
    use();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              Set<String> left = own();
              left.removeAll(before);
              assertThat(left).isEmpty();
            });
  }

  private void use() {
    Storage storage = bench.holding(Rows.numbers(spark, 0, 4));
    bench.texts(storage);
    bench.close();
  }

  private static Set<String> own() {
    List<Thread> threads = new ArrayList<>(Thread.getAllStackTraces().keySet());
    return threads.stream()
        .filter(thread -> !thread.getName().matches(OTHERS))
        .map(thread -> thread.getName() + " #" + thread.getId())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
