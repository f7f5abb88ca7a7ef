package io.standpipe.plugin;

import static io.standpipe.plugin.TestPlugin.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.SecretProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Loading, starting and stopping plug-ins. */
class PluginRuntimeTest extends RuntimeFixture {

  @Test
  void load_goodPlugins_offersFactoriesAndProviders() {
    Path vault =
        TestPlugin.working("vault")
            .manifest("Standpipe-Secrets", "vault")
            .extensions("acme.vault.Factory", "acme.vault.Provider")
            .source(
                "acme.vault.Provider",
                """
                package acme.vault;
                import java.util.Optional;
                public class Provider implements io.standpipe.spi.SecretProvider {
                  public String scheme() { return "vault"; }
                  public Optional<String> secret(String key) { return Optional.of(key + "!"); }
                }
                """)
            .writeTo(folder.resolve("vault.jar"));
    load();

    assertThat(runtime.problems()).isEmpty();
    assertThat(runtime.factories())
        .extracting(ConnectorFactory::type)
        .containsExactly("good", "vault");
    assertThat(runtime.factoriesByType()).containsOnlyKeys("good", "vault");
    assertThat(runtime.pluginOf(runtime.factoriesByType().get("vault")).file()).isEqualTo(vault);
    assertThat(runtime.secretProviders())
        .extracting(SecretProvider::scheme, provider -> provider.secret("k").orElseThrow())
        .containsExactly(tuple("vault", "k!"));
    assertThat(runtime.jarFiles()).containsExactly(folder.resolve("good.jar"), vault);
    assertThat(runtime.factories().get(0).getClass().getClassLoader())
        .isNotSameAs(runtime.factories().get(1).getClass().getClassLoader());
  }

  @Test
  void load_indexByThePf4jProcessor_isRead() {
    TestPlugin.unloadable("indexed")
        .without("acme/indexed/Factory.class")
        .source(
            "acme.indexed.Vault",
            """
            package acme.indexed;
            @org.pf4j.Extension
            public class Vault implements io.standpipe.spi.SecretProvider {
              public String scheme() { return "vault"; }
              public java.util.Optional<String> secret(String key) {
                return java.util.Optional.empty();
              }
            }
            """)
        .noManifest("Standpipe-Connectors")
        .manifest("Standpipe-Secrets", "vault")
        .processed()
        .writeTo(folder.resolve("indexed.jar"));
    load();

    assertThat(runtime.problems()).isEmpty();
    assertThat(runtime.secretProviders())
        .extracting(SecretProvider::scheme)
        .containsExactly("vault");
  }

  @Test
  void pluginOf_foreignFactory_isRejected() {
    TestPlugin.working("bad").writeTo(folder.resolve("bad.jar"));
    load();
    ConnectorFactory<?> foreign = runtime.factoriesByType().get("bad");
    runtime.close();
    load();

    assertThatThrownBy(() -> runtime.pluginOf(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The factory acme.bad.Factory does not come from a plug-in.");
  }

  @Test
  void load_extensionClassGoneSinceTheScan_isReported() {
    Path jar = bad("");
    List<PluginJar> jars = scan();
    TestPlugin.unloadable("bad").without("acme/bad/Factory.class").writeTo(jar);
    runtime = PluginRuntime.load(jars, VERSIONS);

    assertFailed(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory cannot be made:"
            + " java.lang.ClassNotFoundException: acme.bad.Factory. Bundle the class that is"
            + " missing in the plug-in's JAR; the platform does not have it.");
  }

  @Test
  void load_jarGoneSinceTheScan_isReported() throws Exception {
    Path jar = bad("");
    List<PluginJar> jars = scan();
    Files.delete(jar);
    runtime = PluginRuntime.load(jars, VERSIONS);

    assertFailed(
        "Plug-in bad.jar (bad): the JAR is gone since it was checked. Put it back and start again.");
  }

  @Test
  void load_pluginThatFailed_leavesNothingBehind() {
    Path broken =
        TestPlugin.working("good")
            .factory("acme.good.Factory", "good", "static { Integer.parseInt(\"x\"); }")
            .writeTo(folder.resolve("elsewhere/broken.jar"));
    PluginJar good = scan().get(0);
    PluginJar first =
        new PluginJar(broken, "good", "1.2.3", "*", good.connectors(), Set.of(), "", "");
    runtime = PluginRuntime.load(List.of(first, good), VERSIONS);

    assertThat(runtime.jarFiles()).containsExactly(good.file());
    assertThat(runtime.problems()).extracting(PluginProblem::file).containsExactly(broken);
  }

  @Test
  void load_sameIdTwice_keepsTheFirst() {
    // The catalog would have refused both.
    Path other = TestPlugin.working("good").writeTo(folder.resolve("elsewhere/other.jar"));
    PluginJar good = scan().get(0);
    PluginJar second =
        new PluginJar(other, "good", "1.2.3", "*", good.connectors(), Set.of(), "", "");
    runtime = PluginRuntime.load(List.of(good, second), VERSIONS);

    assertThat(runtime.jarFiles()).containsExactly(good.file());
    assertThat(messages()).hasSize(1);
    assertThat(messages().get(0))
        .startsWith("Plug-in other.jar (good): it cannot be loaded:")
        .contains("There is an already loaded plugin");
  }

  @Test
  void load_pluginClassCannotStart_isReported() {
    TestPlugin.working("bad")
        .manifest("Plugin-Class", "acme.bad.Life")
        .source(
            "acme.bad.Life",
            """
            package acme.bad;
            public class Life extends org.pf4j.Plugin {
              @Override public void start() { throw new IllegalStateException("not today"); }
            }
            """)
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): it cannot be loaded: java.lang.IllegalStateException: not today."
            + REPORT);
  }

  @Test
  void load_pluginClassDoesNotExist_isReported() {
    TestPlugin.working("bad")
        .manifest("Plugin-Class", "acme.bad.Gone")
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): it cannot be loaded: org.pf4j.PluginRuntimeException: Plugin-Class"
            + " acme.bad.Gone cannot be made (caused by java.lang.ClassNotFoundException:"
            + " acme.bad.Gone)."
            + REPORT);
  }

  @Test
  void load_unfitPluginThatTheCatalogDidNotSee_isRefusedByPf4j() {
    Path jar = bad("");
    List<PluginJar> jars = scan();
    TestPlugin.working("bad").manifest("Plugin-Requires", ">=9.0.0").writeTo(jar);
    runtime = PluginRuntime.load(jars, VERSIONS);

    assertFailed(
        "Plug-in bad.jar (bad): it cannot be loaded: org.pf4j.PluginRuntimeException: Plugin"
            + " validation failed."
            + REPORT);
  }

  @Test
  void load_pluginCode_runsWithThePluginsContextLoader() throws Exception {
    TestPlugin.working("context")
        .factory(
            "acme.context.Factory",
            "context",
            """
            public final ClassLoader seen = Thread.currentThread().getContextClassLoader();
            """)
        .writeTo(folder.resolve("context.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    load();

    ConnectorFactory<?> factory = runtime.factoriesByType().get("context");
    assertThat(factory.getClass().getField("seen").get(factory))
        .isSameAs(factory.getClass().getClassLoader());
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void close_twice_stopsOnceAndSurvivesAFailingStop() {
    String property = "standpipe.test.stopped." + folder.getFileName();
    for (String id : List.of("good", "life")) {
      TestPlugin.working(id)
          .manifest("Plugin-Class", "acme." + id + ".Life")
          .source(
              "acme." + id + ".Life",
              """
              package acme.%s;
              public class Life extends org.pf4j.Plugin {
                @Override public void stop() {
                  System.setProperty("%s", System.getProperty("%s", "") + "x");
                  throw new IllegalStateException("cannot stop");
                }
              }
              """
                  .formatted(id, property, property))
          .writeTo(folder.resolve(id + ".jar"));
    }
    load();

    runtime.close();
    runtime.close();

    assertThat(System.clearProperty(property)).isEqualTo("xx");
  }

  @Test
  void dataSourceProblems_brokenDataSource_isNamed() {
    TestPlugin.working("bad")
        .service(ContentCheck.DATA_SOURCES, "acme.bad.Good", "acme.bad.Broken", "acme.bad.Factory")
        .source("acme.bad.Good", dataSource("Good", ""))
        .source("acme.bad.Broken", dataSource("Broken", "{ if (true) throw new Error(\"no\"); }"))
        .writeTo(folder.resolve("bad.jar"));
    load();

    assertThat(runtime.problems()).isEmpty();
    assertThat(runtime.dataSourceProblems())
        .extracting(PluginProblem::message)
        .containsExactly(
            "Plug-in bad.jar (bad): its data source acme.bad.Broken cannot be made:"
                + " java.lang.Error: no."
                + REPORT,
            "Plug-in bad.jar (bad): its data source acme.bad.Factory cannot be made:"
                + " java.lang.ClassCastException: class acme.bad.Factory."
                + REPORT);
  }

  private static String dataSource(String name, String members) {
    return """
    package acme.bad;
    public class %1$s implements org.apache.spark.sql.sources.DataSourceRegister {
      %2$s
      public String shortName() { return "%1$s"; }
    }
    """
        .formatted(name, members);
  }

  @Test
  void load_sameJarAgain_hasTheSameClasses() {
    load();
    Class<?> first = runtime.factoriesByType().get("good").getClass();
    runtime.close();
    load();

    assertThat(runtime.factoriesByType().get("good").getClass()).isSameAs(first);
  }

  @Test
  void load_copyOfTheJar_hasTheSameClasses() throws Exception {
    load();
    Class<?> first = runtime.factoriesByType().get("good").getClass();
    runtime.close();
    Path copies = Files.createDirectory(folder.resolve("copies"));
    Files.copy(folder.resolve("good.jar"), copies.resolve("good.jar"));
    runtime =
        PluginRuntime.load(
            PluginCatalog.scan(List.of(copies), Map.of(), VERSIONS).jars(), VERSIONS);

    assertThat(runtime.factoriesByType().get("good").getClass()).isSameAs(first);
  }

  @Test
  void load_jarReplacedSince_hasTheNewClasses() {
    load();
    Class<?> first = runtime.factoriesByType().get("good").getClass();
    runtime.close();
    TestPlugin.working("good").entry("more.txt", "text").writeTo(folder.resolve("good.jar"));
    load();

    assertThat(runtime.factoriesByType().get("good").getClass()).isNotSameAs(first);
    assertThat(runtime.unionLoader().getResource("more.txt")).isNotNull();
  }

  @Test
  void load_contextLoaderAboveOurs_isThePlatform() throws Exception {
    ClassLoader own = PluginRuntime.class.getClassLoader();
    try (URLClassLoader submitted = new URLClassLoader(new URL[0], own)) {
      ContextClassLoader.run(submitted, this::load);
      assertThat(runtime.unionLoader().getParent()).isSameAs(submitted);
    }

    ContextClassLoader.run(
        runtime.unionLoader(),
        () ->
            assertThat(PluginRuntime.load(scan(), VERSIONS).unionLoader().getParent())
                .as("the plug-ins of another runtime are none of the application")
                .isSameAs(own));
  }
}
