package io.standpipe.plugin;

import static io.standpipe.plugin.TestPlugin.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Loads every plug-in beside a good one, which must stay usable. */
abstract class RuntimeFixture {

  static final String REPORT =
      " Report it to the author of the plug-in, or take the JAR out of the folder.";

  @TempDir Path folder;

  PluginRuntime runtime;

  @AfterEach
  void closeRuntime() {
    runtime.close();
  }

  Path bad(String members) {
    return TestPlugin.working("bad")
        .factory("acme.bad.Factory", "bad", members)
        .writeTo(folder.resolve("bad.jar"));
  }

  List<PluginJar> scan() {
    if (Files.notExists(folder.resolve("good.jar"))) {
      TestPlugin.working("good").writeTo(folder.resolve("good.jar"));
    }
    PluginCatalog catalog = PluginCatalog.scan(List.of(folder), Map.of(), VERSIONS);
    assertThat(catalog.problems()).isEmpty();
    return catalog.jars();
  }

  void load() {
    runtime = PluginRuntime.load(scan(), VERSIONS);
  }

  List<String> messages() {
    return runtime.problems().stream().map(PluginProblem::message).toList();
  }

  void assertFails(String... messages) {
    load();
    assertFailed(messages);
  }

  void assertFailed(String... messages) {
    assertThat(messages()).containsExactly(messages);
    assertThat(runtime.factoriesByType()).containsOnlyKeys("good");
    assertThat(runtime.jarFiles()).containsExactly(folder.resolve("good.jar"));
    // What was left out must not be found by Spark either.
    assertThatThrownBy(() -> runtime.unionLoader().loadClass("acme.bad.Factory"))
        .isInstanceOf(ClassNotFoundException.class);
  }
}
