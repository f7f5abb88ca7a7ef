package io.standpipe.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The plug-ins that lie in the plug-in folders, checked before any of their classes is loaded.
 *
 * <p>A JAR is either usable, then it is among {@link #jars()}, or there is at least one entry about
 * it in {@link #problems()}. One bad JAR never takes another one down; only two JARs that claim the
 * same id, connector type or secret scheme are refused together, because nobody but the user can
 * choose. The folders are read once; the catalog never changes.
 */
public final class PluginCatalog {

  private final List<CheckedJar> checked;
  private final List<PluginJar> jars;
  private final List<PluginProblem> problems;

  private PluginCatalog(
      List<CheckedJar> checked, List<PluginJar> jars, List<PluginProblem> problems) {
    this.checked = List.copyOf(checked);
    this.jars = List.copyOf(jars);
    this.problems = List.copyOf(problems);
  }

  /**
   * As {@link #scan(List, Map, PlatformVersions, Set)} with no connector types built into the
   * platform.
   */
  public static PluginCatalog scan(
      List<Path> directories, Map<String, String> trustedSha256, PlatformVersions versions) {
    return scan(directories, trustedSha256, versions, Set.of());
  }

  /**
   * Checks every {@code *.jar} in the folders. Never throws for what is wrong with a file or a
   * folder.
   *
   * @param directories the plug-in folders; one that does not exist is a problem
   * @param trustedSha256 SHA-256 in hexadecimal by plug-in id. If it is not empty, a plug-in that
   *     is not in it is refused
   * @param versions what the plug-ins must fit
   * @param builtInTypes connector types that no plug-in may claim
   */
  public static PluginCatalog scan(
      List<Path> directories,
      Map<String, String> trustedSha256,
      PlatformVersions versions,
      Set<String> builtInTypes) {
    List<PluginProblem> problems = new ArrayList<>();
    CheckedJar.Terms terms =
        new CheckedJar.Terms(versions, new TrustedDigests(trustedSha256), Set.copyOf(builtInTypes));
    List<CheckedJar> checked =
        list(directories, problems).stream().map(file -> CheckedJar.check(file, terms)).toList();
    checked.forEach(jar -> problems.addAll(jar.problems()));

    List<PluginJar> usable =
        checked.stream().filter(CheckedJar::usable).map(CheckedJar::jar).toList();
    List<PluginJar> single = withoutDuplicates(usable, PluginCatalog::duplicateId, problems);
    List<PluginJar> jars = withoutDuplicates(single, PluginCatalog::duplicateOffer, problems);
    return new PluginCatalog(checked, jars, problems);
  }

  /** The usable plug-ins, ordered by folder and file name. */
  public List<PluginJar> jars() {
    return jars;
  }

  /** All that is wrong in the folders. */
  public List<PluginProblem> problems() {
    return problems;
  }

  /** The plug-in that brings a connector type. */
  public Optional<PluginJar> forConnector(String type) {
    return jars.stream().filter(jar -> jar.connectors().contains(type)).findFirst();
  }

  /** The plug-in that brings a secret scheme. */
  public Optional<PluginJar> forSecretScheme(String scheme) {
    return jars.stream().filter(jar -> jar.secretSchemes().contains(scheme)).findFirst();
  }

  /** The connector types of all usable plug-ins. */
  public Set<String> connectorTypes() {
    return jars.stream()
        .flatMap(jar -> jar.connectors().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Why the JARs that would bring a connector type were refused. Best effort: empty also if such a
   * JAR has no readable manifest.
   */
  public List<PluginProblem> problemsFor(String type) {
    return problemsOf(manifest -> manifest.connectors().contains(type));
  }

  /** As {@link #problemsFor}, for a secret scheme. */
  public List<PluginProblem> problemsForSecretScheme(String scheme) {
    return problemsOf(manifest -> manifest.secretSchemes().contains(scheme));
  }

  private List<PluginProblem> problemsOf(Predicate<PluginManifest> claims) {
    Set<Path> files =
        checked.stream()
            .filter(jar -> jar.manifest().filter(claims).isPresent())
            .map(CheckedJar::file)
            .collect(Collectors.toSet());
    return problems.stream().filter(problem -> files.contains(problem.file())).toList();
  }

  private static List<Path> list(List<Path> directories, List<PluginProblem> problems) {
    // Two of the folders may be the same one; its JARs are no duplicates of themselves.
    Map<Path, Path> byRealPath = new LinkedHashMap<>();
    for (Path directory : directories) {
      Path folder = directory.toAbsolutePath().normalize();
      if (!Files.isDirectory(folder)) {
        problems.add(
            new Finding(
                    Files.exists(folder)
                        ? folder + " is not a folder"
                        : "the plug-ins folder " + folder + " does not exist",
                    "Create it, or correct the path in the configuration.")
                .in(folder, Optional.empty()));
        continue;
      }
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(PluginCatalog::isJar).sorted().toList()) {
          byRealPath.putIfAbsent(Files.exists(file) ? file.toRealPath() : file, file);
        }
      } catch (IOException | UncheckedIOException e) {
        problems.add(
            new Finding(
                    "the plug-ins folder " + folder + " cannot be read: " + e,
                    "Make it readable for the user that runs Standpipe.")
                .in(folder, Optional.empty()));
      }
    }
    return List.copyOf(byRealPath.values());
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar");
  }

  /** Finds out why {@code jar} cannot stand beside the others. */
  private interface Conflict {
    List<Finding> of(PluginJar jar, List<PluginJar> others);
  }

  private static List<PluginJar> withoutDuplicates(
      List<PluginJar> jars, Conflict conflict, List<PluginProblem> problems) {
    List<PluginJar> kept = new ArrayList<>();
    for (PluginJar jar : jars) {
      List<PluginJar> others = jars.stream().filter(other -> other != jar).toList();
      List<Finding> findings = conflict.of(jar, others);
      findings.forEach(finding -> problems.add(finding.in(jar)));
      if (findings.isEmpty()) {
        kept.add(jar);
      }
    }
    return kept;
  }

  private static List<Finding> duplicateId(PluginJar jar, List<PluginJar> others) {
    String files =
        others.stream()
            .filter(other -> other.id().equals(jar.id()))
            .map(other -> other.file().toString())
            .collect(Collectors.joining(" and "));
    return files.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                "its id '" + jar.id() + "' is also that of " + files,
                "Keep only one of these JARs; none of them is used until then."));
  }

  private static List<Finding> duplicateOffer(PluginJar jar, List<PluginJar> others) {
    List<Finding> findings = new ArrayList<>();
    for (PluginJar other : others) {
      jar.connectors().stream()
          .filter(other.connectors()::contains)
          .forEach(type -> findings.add(sameOffer("connector type", type, other)));
      jar.secretSchemes().stream()
          .filter(other.secretSchemes()::contains)
          .forEach(scheme -> findings.add(sameOffer("secret scheme", scheme, other)));
    }
    return findings;
  }

  private static Finding sameOffer(String what, String name, PluginJar other) {
    return new Finding(
        "its "
            + what
            + " '"
            + name
            + "' is also that of the plug-in '"
            + other.id()
            + "' ("
            + other.file()
            + ")",
        "Keep only one of these plug-ins; none of them is used until then.");
  }
}
