package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.Platform;
import io.standpipe.Versions;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.plugin.PluginCatalog;
import io.standpipe.plugin.PluginProblem;
import io.standpipe.plugin.PluginRuntime;
import io.standpipe.repository.Key;
import io.standpipe.session.SessionException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.function.Function;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pf4j.JarPluginManager;

/**
 * Which class loader set-ups let Spark work with the packaged plug-ins, in local mode; for those of
 * a cluster see {@link ClusterIT}. The ones that fail are here because they are the reasons for
 * ours: if one of them starts to work with a newer Spark, the reason is gone.
 */
class ClassLoadingIT {
  /** A row of the tests. */
  record Item(@Key long id, String name) {}

  private static final List<Item> ITEMS = List.of(new Item(1, "one"), new Item(2, "two"));

  @TempDir static Path folder;
  private static Path deltaJar;
  private static Path jdbcJar;
  private static PluginRuntime runtime;

  /** Loads the plug-ins and, in the set-up that works, makes the table that the others read. */
  @BeforeAll
  static void makeTable() {
    Path plugins = Launcher.in(folder).distribution().resolve("plugins");
    deltaJar = plugins.resolve("standpipe-plugin-delta.jar");
    jdbcJar = plugins.resolve("standpipe-plugin-jdbc.jar");
    PluginCatalog catalog = PluginCatalog.scan(List.of(plugins), Map.of(), Versions.plugins());
    assertThat(catalog.problems()).isEmpty();
    runtime = PluginRuntime.load(catalog.jars(), Versions.plugins());
    assertThat(runtime.problems()).isEmpty();
    inSession(runtime.unionLoader(), "", ClassLoadingIT::write);
  }

  @AfterAll
  static void close() {
    runtime.close();
  }

  @Test
  void unionLoaderBeforeTheSession_readsAndWritesWork() {
    List<Row> rows =
        inSession(
            runtime.unionLoader(),
            "",
            spark -> {
              spark.range(100, 102).toDF().write().format("delta").save(path("union"));
              return delta(spark, path("union")).sort("id").collectAsList();
            });

    assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(100L, 101L);
  }

  @Test
  void contextLoaderOfTheApplication_lookupFailsAlsoWithSparkJars() {
    for (String jars : List.of("", deltaJar.toString())) {
      inSession(
          ClassLoadingIT.class.getClassLoader(),
          jars,
          spark ->
              assertThatThrownBy(() -> table(spark).schema())
                  .hasMessageContaining("[DATA_SOURCE_NOT_FOUND]"));
    }
  }

  @Test
  void contextLoaderSetLate_lookupWorksAndTasksFail() {
    inLateSession(
        spark -> {
          assertThat(table(spark).schema().simpleString()).isEqualTo("struct<id:bigint>");
          // Spark does not name the class that it lacks: deserialization ends in this.
          assertThatThrownBy(() -> table(spark).count())
              .isInstanceOf(SparkException.class)
              .hasMessageContaining("ClassCastException: cannot assign instance of");
          return assertThatThrownBy(() -> write(spark))
              .isInstanceOf(SparkException.class)
              .hasMessageContaining("ClassCastException: cannot assign instance of");
        });
  }

  @Test
  void contextLoaderSetLateWithAddJar_readsWorkAndWritesFail() {
    inLateSession(
        spark -> {
          spark.sparkContext().addJar(deltaJar.toString());
          assertThat(table(spark).count()).isEqualTo(5);
          return assertThatThrownBy(() -> write(spark))
              .as("the commit message is of another copy of AddFile")
              .hasMessageContaining("[DELTA_UNRECOGNIZED_FILE_ACTION]")
              .hasMessageContaining("with type class org.apache.spark.sql.delta.actions.AddFile");
        });
  }

  @Test
  void apiPackagesFromTheParentOnly_deltaAndEveryFormatLookupFail() throws IOException {
    try (URLClassLoader strict = new ParentOnly(deltaJar)) {
      assertThatThrownBy(
              () ->
                  Class.forName(
                      "org.apache.spark.sql.delta.sources.DeltaDataSource", false, strict))
          .isInstanceOf(ClassNotFoundException.class);
      inSession(
          strict,
          "",
          spark -> {
            String expected =
                "Provider org.apache.spark.sql.delta.sources.DeltaDataSource not found";
            assertThatThrownBy(() -> table(spark))
                .isInstanceOf(ServiceConfigurationError.class)
                .hasMessageContaining(expected);
            return assertThatThrownBy(() -> spark.read().format("json").load(path("x.json")))
                .isInstanceOf(ServiceConfigurationError.class)
                .hasMessageContaining(expected);
          });
    }
  }

  @Test
  void pluginFirstWithBundledScalaAndSlf4j_linkageErrorAndRefusedBeforeLoading() throws Exception {
    Path plugins = folder.resolve("bundling");
    Path jar =
        JarCopy.of(deltaJar, plugins.resolve("delta.jar"))
            .withPackageOf(scala.Function1.class)
            .withPackageOf(org.slf4j.Logger.class)
            .file();

    ClassLoader pluginFirst = pf4jsOwn(jar);
    Object extension =
        pluginFirst.loadClass(PlainSpark.DELTA_EXTENSION).getConstructor().newInstance();
    var apply = extension.getClass().getMethod("apply", SparkSessionExtensions.class);
    assertThatThrownBy(() -> apply.invoke(extension, new SparkSessionExtensions()))
        .cause()
        .isInstanceOf(LinkageError.class)
        .hasMessageContaining("loader constraint violation");

    PluginCatalog catalog = PluginCatalog.scan(List.of(plugins), Map.of(), Versions.plugins());
    assertThat(catalog.jars()).isEmpty();
    assertThat(catalog.problems())
        .extracting(PluginProblem::message)
        .singleElement()
        .asString()
        .startsWith("Plug-in delta.jar (delta): it bundles what the platform provides: ")
        .contains("the Scala library (scala/", "slf4j (org/slf4j/")
        .endsWith("Give these dependencies the scope 'provided' and build the plug-in again.");
  }

  @Test
  void sessionExtensionMissing_sparkSaysNothingAndThePlatformRefuses() throws IOException {
    Path plugins = folder.resolve("incomplete");
    JarCopy.of(deltaJar, plugins.resolve("delta.jar"))
        .without("io/delta/sql/DeltaSparkSessionExtension.class");
    PluginCatalog catalog = PluginCatalog.scan(List.of(plugins), Map.of(), Versions.plugins());
    try (PluginRuntime incomplete = PluginRuntime.load(catalog.jars(), Versions.plugins())) {
      assertThat(incomplete.problems()).isEmpty();
      long rows =
          PlainSpark.inSession(
              incomplete.unionLoader(),
              "local[1]",
              Map.of("spark.sql.extensions", PlainSpark.DELTA_EXTENSION),
              spark -> spark.range(3).count());
      assertThat(rows).as("Spark goes on without Delta's rules").isEqualTo(3);
    }

    try (Platform platform = open(plugins, "items: {connector: delta, path: incomplete}")) {
      assertThatThrownBy(() -> platform.withSpark(SparkSession::version))
          .isInstanceOf(SessionException.class)
          .hasMessage(
              "The Spark session cannot be assembled:\n"
                  + "  storage 'items' (delta) needs the session extension"
                  + " io.delta.sql.DeltaSparkSessionExtension, which cannot be loaded:"
                  + " java.lang.ClassNotFoundException: io.delta.sql.DeltaSparkSessionExtension."
                  + " Repair or remove the plug-in's JAR.");
    }
  }

  @Test
  void jdbcWithoutDriverOption_plainSparkFailsAndTheConnectorWorks() throws IOException {
    String url = "jdbc:h2:file:" + path("plain");
    try (Platform platform =
        open(deltaJar.getParent(), "items: {connector: jdbc, url: '%s', table: items}", url)) {
      platform.repository("items", Item.class).save(ITEMS);

      assertThatThrownBy(() -> platform.withSpark(spark -> plainJdbc(spark, url)))
          .hasMessage("No suitable driver");
      assertThat(platform.repository("items", Item.class).findAll())
          .containsExactlyInAnyOrderElementsOf(ITEMS);
    }
    inSession(
        runtime.unionLoader(),
        jdbcJar.toString(),
        spark ->
            assertThatThrownBy(() -> plainJdbc(spark, url))
                .as("spark.jars does not help")
                .hasMessage("No suitable driver"));
  }

  @Test
  void deltaAndJdbc_inOneSession_bothReadAndWrite() throws IOException {
    try (Platform platform =
        open(
            deltaJar.getParent(),
            """
            lake: {connector: delta, path: side_by_side/lake}
            database: {connector: jdbc, url: 'jdbc:h2:file:%s', table: items}
            """,
            path("side_by_side/database"))) {
      for (String storage : List.of("lake", "database")) {
        var items = platform.repository(storage, Item.class);
        items.upsert(ITEMS);
        items.upsert(List.of(new Item(2, "zwei"), new Item(3, "drei")));
        assertThat(items.findAll())
            .as(storage)
            .containsExactlyInAnyOrder(
                new Item(1, "one"), new Item(2, "zwei"), new Item(3, "drei"));
      }
      long joined =
          platform.withSpark(
              spark -> {
                Dataset<Row> lake = platform.storages().require("lake").read(spark);
                Dataset<Row> database = platform.storages().require("database").read(spark);
                return lake.join(database, "id").count();
              });
      assertThat(joined).isEqualTo(3);
    }
  }

  /** The driver sees the classes, but tasks use other copies of them. */
  @Test
  void injectedSessionWithAddJar_isRefused() {
    ClassLoader application = ClassLoadingIT.class.getClassLoader();
    PlainSpark.inSession(
        application,
        "local[1]",
        Map.of("spark.sql.shuffle.partitions", "1"),
        spark -> {
          spark.sql("ADD JAR '" + jdbcJar + "'");
          assertThatThrownBy(() -> injected(spark))
              .isInstanceOf(SessionException.class)
              .hasMessage(
                  "The Spark session that was handed in does not have what the storages need (the"
                      + " session has another copy of the class io.standpipe.jdbc.JdbcConnector). Start it"
                      + " with: --jars "
                      + jdbcJar);
          return jdbcJar;
        });
  }

  private static String injected(SparkSession spark) throws IOException {
    Path file = folder.resolve("injected.yaml");
    Files.writeString(file, "storages: {items: {connector: jdbc, file: injected, table: items}}");
    try (Platform platform =
        Platform.builder()
            .configuration(ConfigurationSource.of(file))
            .pluginDirectories(List.of(jdbcJar.getParent()))
            .session(spark)
            .open()) {
      return platform.withSpark(SparkSession::version);
    }
  }

  /** Delta registers its settings with Spark, once per process: its classes must be loaded once. */
  @Test
  void platformOpenedAgain_inOneProcess_worksAgain() throws IOException {
    for (int round = 1; round <= 2; round++) {
      try (Platform platform =
          open(deltaJar.getParent(), "items: {connector: delta, path: opened_again}")) {
        platform.repository("items", Item.class).save(ITEMS);
        assertThat(platform.repository("items", Item.class).count()).isEqualTo(round * 2L);
      }
    }
  }

  private static Platform open(Path plugins, String storages, Object... arguments)
      throws IOException {
    Path file = folder.resolve("standpipe.yaml");
    Files.writeString(
        file,
        """
        spark:
          master: local[1]
          conf: {spark.sql.shuffle.partitions: 1, spark.databricks.delta.snapshotPartitions: 1}
        storages:
        """
            + storages.formatted(arguments).indent(2));
    return Platform.builder()
        .configuration(ConfigurationSource.of(file))
        .pluginDirectories(List.of(plugins))
        .open();
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static long plainJdbc(SparkSession spark, String url) {
    return spark.read().format("jdbc").option("url", url).option("dbtable", "items").load().count();
  }

  private static Dataset<Row> table(SparkSession spark) {
    return delta(spark, path("table"));
  }

  private static Dataset<Row> delta(SparkSession spark, String path) {
    return spark.read().format("delta").load(path);
  }

  /** The five rows that {@link #table} has, whoever writes them. */
  private static String write(SparkSession spark) {
    spark.range(5).toDF().write().format("delta").mode(SaveMode.Overwrite).save(path("table"));
    return path("table");
  }

  private static <T> T inLateSession(Function<SparkSession, T> work) {
    return inSession(
        ClassLoadingIT.class.getClassLoader(),
        "",
        spark -> ContextClassLoader.call(runtime.unionLoader(), () -> work.apply(spark)));
  }

  private static <T> T inSession(ClassLoader loader, String jars, Function<SparkSession, T> work) {
    Map<String, String> conf = new HashMap<>(PlainSpark.DELTA);
    conf.put("spark.jars", jars);
    return PlainSpark.inSession(loader, "local[1]", conf, work);
  }

  /** The class loader that pf4j makes if nobody tells it otherwise. */
  private static ClassLoader pf4jsOwn(Path jar) {
    JarPluginManager manager = new JarPluginManager(jar.getParent());
    manager.loadPlugin(jar);
    return manager.getPluginClassLoader("delta");
  }

  /** As pf4j's plug-in first, but with the shared packages from the platform and nowhere else. */
  private static final class ParentOnly extends URLClassLoader {
    ParentOnly(Path jar) throws IOException {
      super(new URL[] {jar.toUri().toURL()}, ClassLoadingIT.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        if (name.matches(
                "(javax?|scala|org\\.apache\\.(spark|hadoop)|org\\.slf4j|io\\.standpipe)\\..*")
            && !name.startsWith("io.standpipe.delta.")) {
          return getParent().loadClass(name);
        }
        try {
          return findClass(name);
        } catch (ClassNotFoundException e) {
          return getParent().loadClass(name);
        }
      }
    }
  }
}
