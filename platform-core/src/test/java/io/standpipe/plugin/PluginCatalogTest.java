package io.standpipe.plugin;

import static io.standpipe.plugin.TestPlugin.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Files, folders and plug-ins that are in the way of each other. */
class PluginCatalogTest extends CatalogFixture {

  @Test
  void scan_goodPlugin_isDescribedByItsManifest() {
    TestPlugin.unloadable("full")
        .manifest("Standpipe-Connectors", "full, second ,third")
        .manifest("Standpipe-Secrets", "vault")
        .manifest("Standpipe-Spark", "3.5.1")
        .manifest("Plugin-Provider", "Acme")
        .manifest("Plugin-Description", "All of it.")
        .writeTo(folder.resolve("full.jar"));

    PluginCatalog catalog = scan();

    assertThat(catalog.problems()).isEmpty();
    PluginJar full =
        new PluginJar(
            folder.resolve("full.jar"),
            "full",
            "1.2.3",
            ">=0.1.0 & <0.2.0",
            Set.of("full", "second", "third"),
            Set.of("vault"),
            "Acme",
            "All of it.");
    assertThat(catalog.jars()).first().isEqualTo(full);
    assertThat(catalog.jars()).extracting(PluginJar::id).containsExactly("full", "good");
    assertThat(catalog.forConnector("second")).contains(full);
    assertThat(catalog.forConnector("other")).isEmpty();
    assertThat(catalog.forSecretScheme("vault")).contains(full);
    assertThat(catalog.forSecretScheme("full")).isEmpty();
    assertThat(catalog.connectorTypes()).containsExactly("full", "second", "third", "good");
  }

  @Test
  void scan_onlySecretSchemes_isUsable() {
    TestPlugin.unloadable("vault")
        .noManifest("Standpipe-Connectors")
        .manifest("Standpipe-Secrets", "vault")
        .writeTo(folder.resolve("vault.jar"));

    assertThat(scan().problems()).isEmpty();
  }

  @Test
  void scan_sameFolderTwice_countsEachJarOnce() {
    PluginCatalog catalog =
        PluginCatalog.scan(List.of(folder, folder.resolve(".")), Map.of(), VERSIONS);

    assertThat(catalog.problems()).isEmpty();
    assertThat(catalog.jars()).hasSize(1);
  }

  @Test
  void scan_otherFiles_areIgnored() throws IOException {
    Files.writeString(folder.resolve("README.md"), "Put plug-ins here.");

    assertThat(scan().problems()).isEmpty();
  }

  @Test
  void scan_missingFolder_isAProblem() {
    Path missing = folder.resolve("missing");

    PluginCatalog catalog = PluginCatalog.scan(List.of(missing, folder), Map.of(), VERSIONS);

    assertThat(catalog.problems())
        .extracting(PluginProblem::message)
        .containsExactly(
            "Plug-in missing: the plug-ins folder "
                + missing
                + " does not exist. Create it, or correct the path in the configuration.");
    assertThat(catalog.jars()).hasSize(1);
  }

  @Test
  void scan_folderIsAFile_isAProblem() {
    Path file = folder.resolve("good.jar");

    assertThat(PluginCatalog.scan(List.of(file), Map.of(), VERSIONS).problems())
        .extracting(PluginProblem::message)
        .containsExactly(
            "Plug-in good.jar: "
                + file
                + " is not a folder. Create it, or correct the path in the configuration.");
  }

  @Test
  void scan_textFile_isNoJar() throws IOException {
    Files.writeString(folder.resolve("bad.jar"), "This is not a JAR.");

    assertRefused(
        "Plug-in bad.jar: the file is not a JAR (zip END header not found). Build or download it"
            + " again, or take it out of the folder.");
  }

  @Test
  void scan_emptyFile_isNoJar() throws IOException {
    Files.createFile(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar: the file is not a JAR (zip file is empty). Build or download it again, or"
            + " take it out of the folder.");
  }

  @Test
  void scan_truncatedJar_isReported() throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve("good.jar"));
    Files.write(folder.resolve("bad.jar"), Arrays.copyOf(whole, whole.length / 2));

    assertRefused(
        "Plug-in bad.jar: the JAR is truncated or damaged (zip END header not found). Build or"
            + " download it again, or take it out of the folder.");
  }

  @Test
  void scan_damagedEntry_isReported() throws IOException {
    Path jar = TestPlugin.unloadable("bad").writeTo(folder.resolve("bad.jar"));
    byte[] bytes = Files.readAllBytes(jar);
    // The first local header is that of the manifest; its compressed data starts behind the name.
    Arrays.fill(bytes, 70, 90, (byte) 0xFF);
    Files.write(jar, bytes);

    PluginCatalog catalog = scan();

    assertThat(catalog.problems()).hasSize(1);
    assertThat(catalog.problems().get(0).message())
        .startsWith("Plug-in bad.jar: the JAR is truncated or damaged (")
        .endsWith("). Build or download it again, or take it out of the folder.");
    assertThat(catalog.jars()).extracting(PluginJar::id).containsExactly("good");
  }

  @Test
  void scan_folderNamedLikeAJar_isReported() throws IOException {
    Files.createDirectory(folder.resolve("bad.jar"));

    assertRefused("Plug-in bad.jar: it is a folder, not a JAR. Put the JAR itself there.");
  }

  @Test
  void scan_danglingLink_isReported() throws IOException {
    Files.createSymbolicLink(folder.resolve("bad.jar"), folder.resolve("gone"));

    assertRefused(
        "Plug-in bad.jar: the file does not exist. Make it readable for the user that runs"
            + " Standpipe, or take it out of the folder.");
  }

  @Test
  void scan_twoJarsWithOneId_refusesBoth() {
    Path first = folder.resolve("bad-1.jar");
    Path second = folder.resolve("bad-2.jar");
    bad().writeTo(first);
    bad().manifest("Plugin-Version", "2.0.0").writeTo(second);

    assertRefused(
        "Plug-in bad-1.jar (bad): its id 'bad' is also that of "
            + second
            + ". Keep only one of these JARs; none of them is used until then.",
        "Plug-in bad-2.jar (bad): its id 'bad' is also that of "
            + first
            + ". Keep only one of these JARs; none of them is used until then.");
  }

  @Test
  void scan_twoJarsWithOneIdButOneUnfit_keepsTheFitOne() {
    bad().manifest("Plugin-Requires", ">=9.0.0").writeTo(folder.resolve("bad-9.jar"));
    bad().writeTo(folder.resolve("bad-1.jar"));

    PluginCatalog catalog = scan();

    assertThat(catalog.jars()).extracting(PluginJar::id).containsExactly("bad", "good");
    assertThat(catalog.problems())
        .extracting(problem -> problem.file().getFileName())
        .containsExactly(Path.of("bad-9.jar"));
  }

  @Test
  void scan_twoPluginsWithOneTypeAndOneScheme_refusesBoth() {
    Path one = folder.resolve("one.jar");
    Path two = folder.resolve("two.jar");
    TestPlugin.unloadable("one")
        .manifest("Standpipe-Connectors", "one,shared")
        .manifest("Standpipe-Secrets", "vault")
        .writeTo(one);
    TestPlugin.unloadable("two")
        .manifest("Standpipe-Connectors", "shared")
        .manifest("Standpipe-Secrets", "vault")
        .writeTo(two);

    PluginCatalog catalog =
        assertRefused(
            "Plug-in one.jar (one): its connector type 'shared' is also that of the plug-in 'two' ("
                + two
                + "). Keep only one of these plug-ins; none of them is used until then.",
            "Plug-in one.jar (one): its secret scheme 'vault' is also that of the plug-in 'two' ("
                + two
                + "). Keep only one of these plug-ins; none of them is used until then.",
            "Plug-in two.jar (two): its connector type 'shared' is also that of the plug-in 'one' ("
                + one
                + "). Keep only one of these plug-ins; none of them is used until then.",
            "Plug-in two.jar (two): its secret scheme 'vault' is also that of the plug-in 'one' ("
                + one
                + "). Keep only one of these plug-ins; none of them is used until then.");
    assertThat(catalog.forConnector("shared")).isEmpty();
    assertThat(catalog.problemsFor("one")).hasSize(2);
    assertThat(catalog.problemsForSecretScheme("vault")).hasSize(4);
  }

  @Test
  void scan_severalProblems_areAllReported() {
    bad()
        .manifest("Plugin-Version", "one")
        .manifest("Standpipe-Spark", "4.0.1")
        .entry("scala/Predef.class", "x")
        .without("META-INF/extensions.idx")
        .writeTo(folder.resolve("bad.jar"));

    assertThat(scan().problemsFor("bad"))
        .extracting(PluginProblem::cause)
        .containsExactly(
            "its Plugin-Version 'one' is not a semantic version",
            "it is built for Spark 4.0.1, this platform runs Spark 3.5.9",
            "it bundles what the platform provides: the Scala library (scala/Predef.class)",
            "it has no META-INF/extensions.idx, the list of its extensions");
  }

  @Test
  void problemsFor_typeOfARefusedJar_saysWhy() {
    bad().manifest("Plugin-Requires", ">=9.0.0").writeTo(folder.resolve("bad.jar"));

    PluginCatalog catalog = scan();

    assertThat(catalog.forConnector("bad")).isEmpty();
    assertThat(catalog.problemsFor("bad"))
        .extracting(PluginProblem::file)
        .containsExactly(folder.resolve("bad.jar"));
    assertThat(catalog.problemsFor("good")).isEmpty();
    assertThat(catalog.problemsFor("unheard")).isEmpty();
  }

  @Test
  void versions_malformed_areRejected() {
    assertThatThrownBy(() -> new PlatformVersions("1", "3.5.9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The SPI version '1' is not a semantic version such as 0.1.0.");
    assertThatThrownBy(() -> new PlatformVersions("0.1.0", "newest"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The Spark version 'newest' is not a version such as 3.5.9.");
    assertThat(new PlatformVersions("0.1.0", "4.0.0-preview2").sparkLine()).isEqualTo("4.0");
  }
}
