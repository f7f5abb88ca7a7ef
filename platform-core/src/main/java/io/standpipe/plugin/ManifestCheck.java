package io.standpipe.plugin;

import com.github.zafarkhaja.semver.ParseException;
import com.github.zafarkhaja.semver.Version;
import com.github.zafarkhaja.semver.expr.ExpressionParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks what a plug-in's manifest says against the platform. */
final class ManifestCheck {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");
  private static final Pattern EXACT = Pattern.compile("\\d+\\.\\d+\\.\\d+");
  private static final Set<String> TAKEN_SCHEMES = Set.of("env", "file");

  private final PluginManifest manifest;
  private final PlatformVersions versions;
  private final Set<String> builtInTypes;
  private final List<Finding> findings = new ArrayList<>();

  private ManifestCheck(
      PluginManifest manifest, PlatformVersions versions, Set<String> builtInTypes) {
    this.manifest = manifest;
    this.versions = versions;
    this.builtInTypes = builtInTypes;
  }

  /**
   * All that is wrong, in a fixed order. A manifest with missing entries is not checked further.
   */
  static List<Finding> check(
      PluginManifest manifest, PlatformVersions versions, Set<String> builtInTypes) {
    ManifestCheck check = new ManifestCheck(manifest, versions, builtInTypes);
    List<String> missing = manifest.missing();
    if (!missing.isEmpty()) {
      check.find(
          "its manifest lacks " + String.join(", ", missing),
          "If it is a connector plug-in, build it with these manifest entries; if it is not, take"
              + " it out of the plug-ins folder.");
      return check.findings;
    }
    check.version();
    check.requires();
    check.spark();
    check.dependencies();
    check.connectorTypes();
    check.secretSchemes();
    return check.findings;
  }

  private void version() {
    String version = manifest.entry(PluginManifest.VERSION).orElseThrow();
    if (!Version.isValid(version)) {
      find(
          "its Plugin-Version '" + version + "' is not a semantic version",
          "Write it as three numbers, for example 1.4.0 or 1.4.0-rc1.");
    }
  }

  private void requires() {
    String requires = manifest.entry(PluginManifest.REQUIRES).orElseThrow();
    Optional<Boolean> fits = fits(requires);
    if (fits.isEmpty()) {
      find(
          "its Plugin-Requires '" + requires + "' is not a version expression",
          "Write it like '>=" + versions.spi() + "' or '>=0.1.0 & <0.2.0'.");
    } else if (!fits.get()) {
      find(
          "it requires version "
              + requires
              + " of the connector SPI, this platform has version "
              + versions.spi(),
          "Use a release of the plug-in that is built for SPI "
              + versions.spi()
              + ", or a platform whose SPI it accepts.");
    }
  }

  /** Whether the SPI's version fits, or empty if the expression cannot be read. */
  private Optional<Boolean> fits(String requires) {
    // pf4j reads a bare version as "this one or newer"; both must come to the same answer.
    String expression = EXACT.matcher(requires).matches() ? ">=" + requires : requires;
    try {
      return Optional.of(
          ExpressionParser.newInstance()
              .parse(expression)
              .interpret(Version.parse(versions.spi())));
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  private void spark() {
    Optional<String> built = manifest.entry(PluginManifest.SPARK);
    if (built.isEmpty()) {
      return;
    }
    Optional<String> line = PlatformVersions.lineOf(built.get());
    if (line.isEmpty()) {
      find(
          "its Standpipe-Spark '" + built.get() + "' is not a Spark version",
          "Write the version that the plug-in is built with, for example "
              + versions.spark()
              + ".");
    } else if (!line.get().equals(versions.sparkLine())) {
      find(
          "it is built for Spark " + built.get() + ", this platform runs Spark " + versions.spark(),
          "Use a release of the plug-in for Spark " + versions.sparkLine() + ".");
    }
  }

  private void dependencies() {
    manifest
        .entry(PluginManifest.DEPENDENCIES)
        .ifPresent(
            others ->
                find(
                    "its Plugin-Dependencies names other plug-ins (" + others + ")",
                    "A plug-in stands alone: bundle what it needs and leave the entry out."));
  }

  private void connectorTypes() {
    for (String type : manifest.connectors()) {
      if (!NAME.matcher(type).matches()) {
        find(
            "its connector type '" + type + "' is not a lower-case name",
            "Name it in Standpipe-Connectors and in the factory with lower-case letters, digits,"
                + " '-' and '_'.");
      } else if (builtInTypes.contains(type)) {
        find(
            "its connector type '" + type + "' is built into the platform",
            "Give the connector another type, in Standpipe-Connectors and in the factory.");
      }
    }
  }

  private void secretSchemes() {
    for (String scheme : manifest.secretSchemes()) {
      if (!NAME.matcher(scheme).matches()) {
        find(
            "its secret scheme '" + scheme + "' is not a lower-case name",
            "Name it in Standpipe-Secrets and in the provider with lower-case letters, digits, '-'"
                + " and '_'.");
      } else if (TAKEN_SCHEMES.contains(scheme)) {
        find(
            "its secret scheme '" + scheme + "' is built into the platform",
            "Give the secret provider another scheme, in Standpipe-Secrets and in the provider.");
      }
    }
  }

  private void find(String cause, String remedy) {
    findings.add(new Finding(cause, remedy));
  }
}
