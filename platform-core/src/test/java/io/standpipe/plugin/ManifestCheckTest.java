package io.standpipe.plugin;

import static io.standpipe.plugin.TestPlugin.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a manifest may say. */
class ManifestCheckTest extends CatalogFixture {

  @Test
  void scan_noManifest_isReported() {
    TestPlugin.empty().entry("acme/A.class", "x").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar: it has no manifest (META-INF/MANIFEST.MF). If it is a connector plug-in,"
            + " build it with the manifest entries Plugin-Id, Plugin-Version, Plugin-Requires and"
            + " Standpipe-Connectors; if it is not, take it out of the plug-ins folder.");
  }

  @Test
  void scan_unreadableManifest_isReported() {
    TestPlugin.empty()
        .entry("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nno colon\n")
        .writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar: its manifest cannot be read: invalid header field (line 2). Build the"
            + " plug-in again.");
  }

  @Test
  void scan_noPlugin_namesAllMissingEntriesTogether() {
    TestPlugin.empty()
        .manifest("Created-By", "a test")
        .entry("scala/Predef.class", "x")
        .writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar: its manifest lacks Plugin-Id, Plugin-Version, Plugin-Requires,"
            + " Standpipe-Connectors (or Standpipe-Secrets). If it is a connector plug-in, build it"
            + " with these manifest entries; if it is not, take it out of the plug-ins folder.");
  }

  @Test
  void scan_oneMissingEntry_isNamedWithTheId() {
    bad().noManifest("Plugin-Requires").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its manifest lacks Plugin-Requires. If it is a connector plug-in,"
            + " build it with these manifest entries; if it is not, take it out of the plug-ins"
            + " folder.");
  }

  @Test
  void scan_emptyConnectors_isMissing() {
    bad().manifest("Standpipe-Connectors", " , ").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its manifest lacks Standpipe-Connectors (or Standpipe-Secrets). If"
            + " it is a connector plug-in, build it with these manifest entries; if it is not, take"
            + " it out of the plug-ins folder.");
  }

  @Test
  void scan_malformedVersion_isReported() {
    bad().manifest("Plugin-Version", "one").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its Plugin-Version 'one' is not a semantic version. Write it as"
            + " three numbers, for example 1.4.0 or 1.4.0-rc1.");
  }

  @ParameterizedTest
  @CsvSource({"newest", ">=", "0.1.0 &", "'1,2'"})
  void scan_malformedRequires_isReported(String requires) {
    bad().manifest("Plugin-Requires", requires).writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its Plugin-Requires '"
            + requires
            + "' is not a version expression. Write it like '>=0.1.0' or '>=0.1.0 & <0.2.0'.");
  }

  @ParameterizedTest
  @CsvSource({">=0.2.0", "0.1.1", "1.x", ">0.1.0", "~0.2"})
  void scan_otherSpiVersion_namesBoth(String requires) {
    bad().manifest("Plugin-Requires", requires).writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): it requires version "
            + requires
            + " of the connector SPI, this platform has version 0.1.0. Use a release of the plug-in"
            + " that is built for SPI 0.1.0, or a platform whose SPI it accepts.");
  }

  @ParameterizedTest
  @CsvSource({"*", "0.0.9", "0.1.0", "=0.1.0", "0.1.x", "~0.1.0", "^0.1.0"})
  void scan_fittingSpiVersion_isUsable(String requires) {
    bad().manifest("Plugin-Requires", requires).writeTo(folder.resolve("bad.jar"));

    assertThat(scan().problems()).isEmpty();
  }

  @Test
  void scan_otherSparkLine_namesBothVersions() {
    bad().manifest("Standpipe-Spark", "3.4.3").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): it is built for Spark 3.4.3, this platform runs Spark 3.5.9. Use a"
            + " release of the plug-in for Spark 3.5.");
  }

  @Test
  void scan_malformedSparkVersion_isReported() {
    bad().manifest("Standpipe-Spark", "three").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its Standpipe-Spark 'three' is not a Spark version. Write the"
            + " version that the plug-in is built with, for example 3.5.9.");
  }

  @Test
  void scan_dependencyOnAnotherPlugin_isReported() {
    bad().manifest("Plugin-Dependencies", "good@1.0.0").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its Plugin-Dependencies names other plug-ins (good@1.0.0). A"
            + " plug-in stands alone: bundle what it needs and leave the entry out.");
  }

  @Test
  void scan_upperCaseConnectorType_isReported() {
    bad().manifest("Standpipe-Connectors", "Bad").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its connector type 'Bad' is not a lower-case name. Name it in"
            + " Standpipe-Connectors and in the factory with lower-case letters, digits, '-' and"
            + " '_'.");
  }

  @Test
  void scan_builtInConnectorType_isReported() {
    bad().manifest("Standpipe-Connectors", "file").writeTo(folder.resolve("bad.jar"));

    PluginCatalog catalog =
        PluginCatalog.scan(List.of(folder), Map.of(), VERSIONS, Set.of("file", "sql"));

    assertThat(catalog.problems())
        .extracting(PluginProblem::message)
        .containsExactly(
            "Plug-in bad.jar (bad): its connector type 'file' is built into the platform. Give the"
                + " connector another type, in Standpipe-Connectors and in the factory.");
  }

  @Test
  void scan_badSecretSchemes_areReported() {
    bad().manifest("Standpipe-Secrets", "env,My Vault").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its secret scheme 'env' is built into the platform. Give the secret"
            + " provider another scheme, in Standpipe-Secrets and in the provider.",
        "Plug-in bad.jar (bad): its secret scheme 'My Vault' is not a lower-case name. Name it in"
            + " Standpipe-Secrets and in the provider with lower-case letters, digits, '-' and"
            + " '_'.");
  }
}
