package io.standpipe.plugin;

import static io.standpipe.plugin.TestPlugin.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pf4j.DefaultPluginDescriptor;

/** Which copy of a class or resource whom sees. Two plug-ins bundle two versions of one library. */
class ClassLoadingTest {

  private static PluginRuntime runtime;
  private static ClassLoader one;
  private static ClassLoader two;

  @BeforeAll
  static void load(@TempDir Path folder) {
    plugin("one").writeTo(folder.resolve("one.jar"));
    plugin("two").writeTo(folder.resolve("two.jar"));
    PluginCatalog catalog = PluginCatalog.scan(List.of(folder), Map.of(), VERSIONS);
    assertThat(catalog.problems()).isEmpty();
    runtime = PluginRuntime.load(catalog.jars(), VERSIONS);
    assertThat(runtime.problems()).isEmpty();
    one = runtime.factoriesByType().get("one").getClass().getClassLoader();
    two = runtime.factoriesByType().get("two").getClass().getClassLoader();
  }

  @AfterAll
  static void close() {
    runtime.close();
  }

  private static TestPlugin plugin(String id) {
    return TestPlugin.working(id)
        .factory(
            "acme." + id + ".Factory",
            id,
            """
            @Override public String toString() { return "uses " + lib.Library.version(); }
            public ClassLoader sparkLoader() { return org.apache.spark.SparkConf.class.getClassLoader(); }
            """)
        .source(
            "lib.Library",
            "package lib; public class Library {"
                + " public static String version() { return \"library of "
                + id
                + "\"; } }")
        .source(
            "org.apache.spark.sql." + id + ".Own",
            "package org.apache.spark.sql." + id + "; public class Own {}")
        .source(
            "acme." + id + ".Row",
            "package acme."
                + id
                + "; public class Row implements java.io.Serializable {"
                + " private final int[] n = {7}; @Override public String toString() { return \"row"
                + " \" + n[0]; } }")
        .source(
            "acme." + id + ".Source",
            """
            package acme.%1$s;
            public class Source implements org.apache.spark.sql.sources.DataSourceRegister {
              public String shortName() { return "%1$s"; }
            }
            """
                .formatted(id))
        // The plug-in's own copies of what the platform has, too.
        .source("org.apache.spark.SparkConf", "package org.apache.spark; public class SparkConf {}")
        .source("org.yaml.snakeyaml.Yaml", "package org.yaml.snakeyaml; public class Yaml {}")
        .service(ContentCheck.DATA_SOURCES, "acme." + id + ".Source")
        .entry("shared.txt", "of " + id)
        .entry(id + ".txt", "only of " + id);
  }

  @Test
  void plugins_withDifferentVersionsOfOneLibrary_eachSeeTheirOwn() {
    assertThat(runtime.factoriesByType().get("one")).hasToString("uses library of one");
    assertThat(runtime.factoriesByType().get("two")).hasToString("uses library of two");
  }

  @Test
  void plugin_sharedPackage_platformsCopyWins() throws Exception {
    assertThat(one.loadClass("org.apache.spark.SparkConf"))
        .isSameAs(org.apache.spark.SparkConf.class);
    ConnectorFactory<?> factory = runtime.factoriesByType().get("one");
    assertThat(factory.getClass().getMethod("sparkLoader").invoke(factory))
        .isSameAs(org.apache.spark.SparkConf.class.getClassLoader());
    assertThat(one.loadClass("io.standpipe.spi.Connector")).isSameAs(Connector.class);
  }

  @Test
  void plugin_sharedPackageOfWhichThePlatformLacksTheClass_fallsBackToThePlugin() throws Exception {
    assertThat(one.loadClass("org.apache.spark.sql.one.Own").getClassLoader()).isSameAs(one);
  }

  @Test
  void plugin_otherPackage_pluginsCopyWins() throws Exception {
    assertThat(one.loadClass("org.yaml.snakeyaml.Yaml").getClassLoader()).isSameAs(one);
    assertThat(one.loadClass("org.yaml.snakeyaml.DumperOptions").getClassLoader())
        .isSameAs(PluginRuntime.class.getClassLoader());
  }

  @Test
  void plugin_ownCopyOfSlf4j_worksHereAndBreaksPf4jsDefault(@TempDir Path folder) throws Exception {
    Path jar =
        TestPlugin.empty()
            .manifest("Plugin-Id", "logging")
            .copyOf(org.slf4j.Logger.class)
            .source(
                "acme.Logs",
                """
                package acme;
                public class Logs implements java.util.function.Supplier<String> {
                  public String get() { return org.slf4j.LoggerFactory.getLogger("acme").getName(); }
                }
                """)
            .writeTo(folder.resolve("logging.jar"));
    ClassLoader platform = PluginRuntime.class.getClassLoader();

    try (PluginClassLoader ours =
            new PluginClassLoader("logging", jar, platform, PluginClassLoader.Order.PLUGIN_FIRST);
        org.pf4j.PluginClassLoader pluginFirst =
            new org.pf4j.PluginClassLoader(
                new JarByJarPlugins(
                    "0.1.0",
                    ClassLoadingTest.class.getClassLoader(),
                    PluginClassLoader.Order.PLUGIN_FIRST),
                new DefaultPluginDescriptor(),
                platform)) {
      pluginFirst.addFile(jar.toFile());

      assertThat(logs(ours).get()).isEqualTo("acme");
      Supplier<?> broken = logs(pluginFirst);
      assertThatThrownBy(broken::get)
          .isInstanceOf(LinkageError.class)
          .hasMessageContaining("loader constraint violation");
    }
  }

  private static Supplier<?> logs(ClassLoader loader) throws ReflectiveOperationException {
    return (Supplier<?>) loader.loadClass("acme.Logs").getConstructor().newInstance();
  }

  @Test
  void plugin_platformsOwnClasses_areHidden() {
    assertThatThrownBy(() -> one.loadClass(PluginRuntime.class.getName()))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void plugin_classOfAnotherPlugin_isNotVisible() {
    assertThatThrownBy(() -> one.loadClass("acme.two.Row"))
        .isInstanceOf(ClassNotFoundException.class);
    assertThat(one.getResource("two.txt")).isNull();
  }

  @Test
  void plugin_javaClassThatDoesNotExist_isNotFound() {
    assertThatThrownBy(() -> one.loadClass("java.lang.Gone"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void plugin_resources_ownFirstThenThePlatformsAndEachOnce() throws IOException {
    assertThat(text(one.getResource("shared.txt"))).isEqualTo("of one");
    List<URL> manifests = Collections.list(one.getResources("META-INF/MANIFEST.MF"));
    assertThat(manifests.get(0).toString()).contains("one.jar");
    assertThat(manifests).hasSizeGreaterThan(2).doesNotHaveDuplicates();
    assertThat(one.getResource("org/apache/spark/SparkConf.class").toString())
        .doesNotContain("one.jar");
    assertThat(one.getResource("org/yaml/snakeyaml/Yaml.class").toString()).contains("one.jar");
  }

  @Test
  void union_classes_areThoseOfThePlatformAndOfEachPlugin() throws Exception {
    ClassLoader union = runtime.unionLoader();

    assertThat(Class.forName("acme.one.Row", false, union)).isSameAs(one.loadClass("acme.one.Row"));
    assertThat(Class.forName("acme.two.Row", false, union)).isSameAs(two.loadClass("acme.two.Row"));
    assertThat(Class.forName("[Lacme.two.Row;", false, union).getComponentType())
        .isSameAs(two.loadClass("acme.two.Row"));
    assertThat(union.loadClass("org.apache.spark.SparkConf"))
        .isSameAs(org.apache.spark.SparkConf.class);
    assertThat(union.loadClass("org.apache.spark.sql.two.Own").getClassLoader()).isSameAs(two);
    assertThat(union.loadClass("lib.Library").getClassLoader()).isSameAs(one);
    assertThatThrownBy(() -> union.loadClass("acme.Gone"))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessage("acme.Gone");
  }

  @Test
  void union_services_areThoseOfAll() {
    assertThat(ServiceLoader.load(DataSourceRegister.class, runtime.unionLoader()))
        .extracting(DataSourceRegister::shortName)
        .contains("csv", "json", "one", "two")
        .doesNotHaveDuplicates();
  }

  @Test
  void union_resources_areEachFoundOnce() throws IOException {
    ClassLoader union = runtime.unionLoader();

    assertThat(text(union.getResource("two.txt"))).isEqualTo("only of two");
    assertThat(Collections.list(union.getResources("shared.txt")))
        .extracting(ClassLoadingTest::text)
        .containsExactly("of one", "of two");
    assertThat(union.getResource("gone.txt")).isNull();
    assertThat(Collections.list(union.getResources("META-INF/MANIFEST.MF")))
        .doesNotHaveDuplicates();
  }

  @Test
  void union_serializedObjects_comeBackAsThePluginsClass() throws Exception {
    Object row = two.loadClass("acme.two.Row").getConstructor().newInstance();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(row);
    }

    Object back;
    try (ObjectInputStream in = reading(bytes.toByteArray())) {
      back = in.readObject();
    }

    assertThat(back).hasToString("row 7");
    assertThat(back.getClass()).isSameAs(row.getClass());
  }

  @Test
  void union_manyThreads_loadTheSameClasses() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Class<?>>> loads =
          Collections.nCopies(
              64, () -> Class.forName("acme.one.Factory$Config", true, runtime.unionLoader()));
      for (Future<Class<?>> loaded : pool.invokeAll(loads)) {
        assertThat(loaded.get()).isSameAs(one.loadClass("acme.one.Factory$Config"));
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(runtime.unionLoader().isRegisteredAsParallelCapable()).isTrue();
    assertThat(one.isRegisteredAsParallelCapable()).isTrue();
  }

  private static ObjectInputStream reading(byte[] bytes) throws IOException {
    return new ObjectInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      protected Class<?> resolveClass(ObjectStreamClass type) throws ClassNotFoundException {
        return Class.forName(type.getName(), false, runtime.unionLoader());
      }
    };
  }

  private static String text(URL url) {
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
