package io.standpipe.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A file of a plug-ins folder and what is wrong with it, found without loading a class.
 *
 * @param manifest the manifest if it could be read
 */
record CheckedJar(Path file, Optional<PluginManifest> manifest, List<Finding> findings) {

  CheckedJar {
    findings = List.copyOf(findings);
  }

  /** What all JARs are checked against. */
  record Terms(PlatformVersions versions, TrustedDigests trusted, Set<String> builtInTypes) {}

  static CheckedJar check(Path file, Terms terms) {
    if (Files.isDirectory(file)) {
      return unreadable(file, "it is a folder, not a JAR", "Put the JAR itself there.");
    }
    if (!Files.isReadable(file)) {
      return unreadable(
          file,
          Files.exists(file) ? "the file must not be read" : "the file does not exist",
          "Make it readable for the user that runs Standpipe, or take it out of the folder.");
    }
    // The JAR is opened without verifying signatures: pins are the way to trust a plug-in.
    try (JarFile jar =
        new JarFile(file.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
      return check(file, jar, terms);
    } catch (ZipException e) {
      return unreadable(
          file,
          (startsLikeJar(file) ? "the JAR is truncated or damaged (" : "the file is not a JAR (")
              + e.getMessage()
              + ")",
          "Build or download it again, or take it out of the folder.");
    } catch (IOException e) {
      return unreadable(
          file,
          "the file cannot be read: " + e,
          "Build or download it again, or take it out of the folder.");
    }
  }

  private static CheckedJar check(Path file, JarFile jar, Terms terms) throws IOException {
    Optional<PluginManifest> read;
    try {
      read = Optional.ofNullable(jar.getManifest()).map(PluginManifest::of);
    } catch (ZipException e) {
      throw e;
    } catch (IOException e) {
      return unreadable(
          file, "its manifest cannot be read: " + e.getMessage(), "Build the plug-in again.");
    }
    if (read.isEmpty()) {
      return unreadable(
          file,
          "it has no manifest (META-INF/MANIFEST.MF)",
          "If it is a connector plug-in, build it with the manifest entries Plugin-Id,"
              + " Plugin-Version, Plugin-Requires and Standpipe-Connectors; if it is not, take it"
              + " out of the plug-ins folder.");
    }
    PluginManifest manifest = read.get();
    if (manifest.missing().isEmpty()) {
      // A file that is not the trusted one is not looked at any further.
      Optional<Finding> distrust = terms.trusted().check(manifest.id().orElseThrow(), file);
      if (distrust.isPresent()) {
        return new CheckedJar(file, read, List.of(distrust.get()));
      }
    }
    List<Finding> findings = ManifestCheck.check(manifest, terms.versions(), terms.builtInTypes());
    if (manifest.missing().isEmpty()) {
      findings.addAll(ContentCheck.check(jar, CheckedJar.class.getClassLoader()));
    }
    return new CheckedJar(file, read, findings);
  }

  boolean usable() {
    return findings.isEmpty();
  }

  Optional<String> id() {
    return manifest.flatMap(PluginManifest::id);
  }

  List<PluginProblem> problems() {
    return findings.stream().map(finding -> finding.in(file, id())).toList();
  }

  /** The plug-in, which must be {@link #usable()}. */
  PluginJar jar() {
    return manifest.orElseThrow().jar(file);
  }

  private static CheckedJar unreadable(Path file, String cause, String remedy) {
    return new CheckedJar(file, Optional.empty(), List.of(new Finding(cause, remedy)));
  }

  private static boolean startsLikeJar(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(2);
      return start.length == 2 && start[0] == 'P' && start[1] == 'K';
    } catch (IOException e) {
      return false;
    }
  }
}
