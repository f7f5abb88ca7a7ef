package io.standpipe.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pinned plug-ins. */
class TrustedDigestsTest extends CatalogFixture {

  @Test
  void scan_pinnedPlugin_isUsable() throws Exception {
    String digest = sha256(folder.resolve("good.jar"));

    assertThat(scan(Map.of("good", digest)).problems()).isEmpty();
    assertThat(scan(Map.of("good", digest.toUpperCase(Locale.ROOT))).problems()).isEmpty();
  }

  @Test
  void scan_tamperedPlugin_isReportedWithBothDigests() throws Exception {
    Path jar = folder.resolve("bad.jar");
    bad().writeTo(jar);
    String pinned = sha256(jar);
    bad().entry("acme/bad/Evil.class", "x").writeTo(jar);
    String found = sha256(jar);

    assertRefused(
        scan(Map.of("good", sha256(folder.resolve("good.jar")), "bad", pinned)),
        "Plug-in bad.jar (bad): its SHA-256 is "
            + found
            + ", but "
            + pinned
            + " is pinned for this id. Put back the file that was pinned; or, if you trust this"
            + " one, change the line among the trusted plug-ins to: bad: "
            + found);
  }

  @Test
  void scan_unpinnedPluginBesidePinnedOnes_isRefusedWithTheLineToPaste() throws Exception {
    bad().writeTo(folder.resolve("bad.jar"));

    assertRefused(
        scan(Map.of("good", sha256(folder.resolve("good.jar")))),
        "Plug-in bad.jar (bad): it is not among the trusted plug-ins. If you trust this file, add"
            + " this line to the trusted plug-ins: bad: "
            + sha256(folder.resolve("bad.jar")));
  }

  @Test
  void scan_impostorOfAPinnedId_doesNotTakeThePinnedOneDown() throws Exception {
    TestPlugin.unloadable("good")
        .entry("acme/good/Evil.class", "x")
        .writeTo(folder.resolve("bad.jar"));

    PluginCatalog catalog = scan(Map.of("good", sha256(folder.resolve("good.jar"))));

    assertThat(catalog.forConnector("good").orElseThrow().file())
        .isEqualTo(folder.resolve("good.jar"));
    assertThat(catalog.problems()).hasSize(1);
  }
}
