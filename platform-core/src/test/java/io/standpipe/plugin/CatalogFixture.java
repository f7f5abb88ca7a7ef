package io.standpipe.plugin;

import static io.standpipe.plugin.TestPlugin.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A plug-ins folder with one good JAR, which must stay usable whatever lies beside it. */
abstract class CatalogFixture {

  @TempDir Path folder;

  @BeforeEach
  void writeGoodPlugin() {
    TestPlugin.unloadable("good").writeTo(folder.resolve("good.jar"));
  }

  static TestPlugin bad() {
    return TestPlugin.unloadable("bad");
  }

  PluginCatalog scan() {
    return scan(Map.of());
  }

  PluginCatalog scan(Map<String, String> trusted) {
    return PluginCatalog.scan(List.of(folder), trusted, VERSIONS);
  }

  PluginCatalog assertRefused(String... messages) {
    return assertRefused(scan(), messages);
  }

  static PluginCatalog assertRefused(PluginCatalog catalog, String... messages) {
    assertThat(catalog.problems()).extracting(PluginProblem::message).containsExactly(messages);
    assertThat(catalog.jars()).extracting(PluginJar::id).containsExactly("good");
    assertThat(catalog.forConnector("good")).isPresent();
    return catalog;
  }

  static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
