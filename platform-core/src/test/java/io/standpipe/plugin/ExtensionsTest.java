package io.standpipe.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Extensions that cannot be made, or are not what the manifest promises. */
class ExtensionsTest extends RuntimeFixture {

  @Test
  void load_staticInitialiserThrows_isReported() {
    bad("static { if (true) throw new IllegalStateException(\"no luck\"); }");

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory cannot be made:"
            + " java.lang.IllegalStateException: no luck."
            + REPORT);
  }

  @Test
  void load_constructorThrows_isReportedWithItsCauseAndProvider() {
    TestPlugin.working("bad")
        .manifest("Plugin-Provider", "Acme")
        .factory(
            "acme.bad.Factory",
            "bad",
            """
            public Factory() {
              throw new IllegalArgumentException("first", new java.io.IOException("second"));
            }
            """)
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory cannot be made:"
            + " java.lang.IllegalArgumentException: first (caused by java.io.IOException: second)."
            + " Report it to the provider of the plug-in (Acme), or take the JAR out of the"
            + " folder.");
  }

  @Test
  void load_constructorThrowsAnError_isReported() {
    bad("public Factory() { throw new AssertionError(\"never\"); }");

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory cannot be made:"
            + " java.lang.AssertionError: never."
            + REPORT);
  }

  @Test
  void load_missingLibrary_isReported() {
    Path library =
        TestPlugin.empty()
            .source("lib.Client", "package lib; public class Client {}")
            .writeTo(folder.resolve("elsewhere/lib.jar"));
    TestPlugin.working("bad")
        .compiledAgainst(library)
        .factory("acme.bad.Factory", "bad", "private final lib.Client client = new lib.Client();")
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory cannot be made:"
            + " java.lang.NoClassDefFoundError: lib/Client (caused by"
            + " java.lang.ClassNotFoundException: lib.Client). Bundle the class that is missing in"
            + " the plug-in's JAR; the platform does not have it.");
  }

  @Test
  void load_notAClassFile_isReported() {
    TestPlugin.unloadable("bad").writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory cannot be made:"
            + " java.lang.ClassFormatError: Incompatible magic value 1852776547 in class file"
            + " acme/bad/Factory. Build the plug-in against the versions that the platform"
            + " provides, and bundle none of them.");
  }

  @Test
  void load_oneOfTwoExtensionsFails_theOtherStaysUsable() {
    TestPlugin.working("half")
        .manifest("Standpipe-Connectors", "half,other")
        .extensions("acme.half.Factory", "acme.half.Other")
        .factory(
            "acme.half.Other", "other", "public Other() { throw new RuntimeException(\"x\"); }")
        .writeTo(folder.resolve("half.jar"));
    load();

    assertThat(runtime.factoriesByType()).containsOnlyKeys("good", "half");
    assertThat(messages())
        .containsExactly(
            "Plug-in half.jar (half): its extension acme.half.Other cannot be made:"
                + " java.lang.RuntimeException: x."
                + REPORT);
  }

  @Test
  void load_extensionOfThePlatform_isReported() {
    // The class is in the JAR, but its package is one in which the platform's copy wins.
    TestPlugin.unloadable("bad")
        .extensions("org.slf4j.helpers.NOPLogger")
        .entry("org/slf4j/helpers/NOPLogger.class", "x")
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its extension org.slf4j.helpers.NOPLogger is not loaded from the"
            + " JAR but from the platform. Put the class into a package of your own; the platform's"
            + " class of this name wins.");
  }

  @Test
  void load_extensionOfNoKnownKind_isReported() {
    TestPlugin.unloadable("bad")
        .without("acme/bad/Factory.class")
        .source("acme.bad.Factory", "package acme.bad; public class Factory {}")
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory is neither a ConnectorFactory nor a"
            + " SecretProvider. Implement one of the two, or remove its @Extension annotation.");
  }

  @Test
  void load_noPublicConstructor_isReported() {
    bad("Factory() {}");

    assertFails(
        "Plug-in bad.jar (bad): its extension acme.bad.Factory has no public constructor without"
            + " parameters, or is not a public class. Make the class and this constructor public.");
  }

  @Test
  void load_typeIsNotInTheManifest_isReported() {
    TestPlugin.working("bad")
        .factory("acme.bad.Factory", "worse", "")
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its factory acme.bad.Factory makes the connector type 'worse', its"
            + " manifest's Standpipe-Connectors says 'bad'. Write the same type in both.");
  }

  @Test
  void load_typeMadeTwice_keepsTheFirst() {
    TestPlugin.working("twice")
        .extensions("acme.twice.Factory", "acme.twice.Other")
        .factory("acme.twice.Other", "twice", "")
        .writeTo(folder.resolve("twice.jar"));
    load();

    assertThat(runtime.factoriesByType()).containsOnlyKeys("good", "twice");
    assertThat(messages())
        .containsExactly(
            "Plug-in twice.jar (twice): its factory acme.twice.Other makes the connector type"
                + " 'twice' a second time. Let one factory make each type.");
  }

  @Test
  void load_promisedTypeAndSchemeWithoutExtension_areReported() {
    TestPlugin.working("half")
        .manifest("Standpipe-Connectors", "half,other")
        .manifest("Standpipe-Secrets", "vault")
        .writeTo(folder.resolve("half.jar"));
    load();

    assertThat(runtime.factoriesByType()).containsOnlyKeys("good", "half");
    assertThat(messages())
        .containsExactly(
            "Plug-in half.jar (half): its manifest names the connector type 'other', but no"
                + " extension makes it. Add the factory with @org.pf4j.Extension, or take the type"
                + " out of Standpipe-Connectors.",
            "Plug-in half.jar (half): its manifest names the secret scheme 'vault', but no"
                + " extension serves it. Add the provider with @org.pf4j.Extension, or take the"
                + " scheme out of Standpipe-Secrets.");
  }

  @Test
  void load_schemeIsNotInTheManifest_isReported() {
    TestPlugin.unloadable("bad")
        .without("acme/bad/Factory.class")
        .manifest("Standpipe-Secrets", "vault")
        .source(
            "acme.bad.Factory",
            """
            package acme.bad;
            public class Factory implements io.standpipe.spi.SecretProvider {
              public String scheme() { return "safe"; }
              public java.util.Optional<String> secret(String key) {
                return java.util.Optional.empty();
              }
            }
            """)
        .writeTo(folder.resolve("bad.jar"));

    assertFails(
        "Plug-in bad.jar (bad): its secret provider acme.bad.Factory serves the scheme 'safe', its"
            + " manifest's Standpipe-Secrets says 'vault'. Write the same scheme in both.");
  }

  @Test
  void load_configTypeIsNoRecord_isReported() {
    rawFactory("public Class configType() { return String.class; }", "");

    assertFails(
        "Plug-in bad.jar (bad): its factory acme.bad.Factory has the configType java.lang.String,"
            + " not a record. Let configType() return a record.");
  }

  @Test
  void load_connectorTypeIsNoConnector_isReported() {
    rawFactory("", "public Class connectorType() { return null; }");

    assertFails(
        "Plug-in bad.jar (bad): its factory acme.bad.Factory has the connectorType null, which does"
            + " not implement Connector. Let connectorType() return the class that create(...)"
            + " makes.");
  }

  private void rawFactory(String configType, String connectorType) {
    TestPlugin.unloadable("bad")
        .without("acme/bad/Factory.class")
        .source(
            "acme.bad.Factory",
            """
            package acme.bad;
            import io.standpipe.spi.*;
            @SuppressWarnings("rawtypes")
            public class Factory implements ConnectorFactory {
              public record Config() {}
              public String type() { return "bad"; }
              public String description() { return "A connector."; }
              %s
              %s
              public Connector create(ConnectorContext context, Record config) { return null; }
            }
            """
                .formatted(
                    configType.isEmpty()
                        ? "public Class configType() { return Config.class; }"
                        : configType,
                    connectorType.isEmpty()
                        ? "public Class connectorType() { return Connector.class; }"
                        : connectorType))
        .writeTo(folder.resolve("bad.jar"));
  }
}
