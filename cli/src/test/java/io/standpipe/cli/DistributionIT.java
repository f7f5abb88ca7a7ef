package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the distribution, and that it runs where it is unpacked. */
class DistributionIT {
  @TempDir Path folder;

  @Test
  void tarGz_unpackedElsewhere_runsWithoutTheSourceTree() throws IOException, InterruptedException {
    Path archive;
    try (Stream<Path> files = Files.list(Launcher.source().resolve("cli/target"))) {
      archive = files.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }
    int code =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
    Path unpacked;
    try (Stream<Path> files = Files.list(folder)) {
      unpacked = files.findFirst().orElseThrow();
    }
    Launcher launcher =
        Launcher.in(folder)
            .at(unpacked)
            .with("STANDPIPE_JAVA_OPTS", "")
            .with("STANDPIPE_CACHE", folder.resolve("cache").toString());

    Launcher.Result result =
        launcher.run("run", unpacked.resolve("examples/flights/pipeline.yaml").toString());

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(unpacked.resolve("examples/flights/out/delays_by_airport/_delta_log")).isDirectory();
    assertThat(result.err()).contains("preparing fast starts, once per installation");
    Launcher.Result again =
        launcher.run("check", unpacked.resolve("examples/flights/pipeline.yaml").toString());
    assertThat(again.err()).as("the archive is made once").isEmpty();
  }

  /**
   * Executors have one flat class loader: two plug-ins with one unrelocated package would get each
   * other's classes.
   */
  @Test
  void plugins_shareNoPackage() throws IOException {
    Map<String, String> owners = new HashMap<>();
    Set<String> shared = new HashSet<>();
    int jars = 0;
    try (Stream<Path> files = Files.list(Launcher.in(folder).distribution().resolve("plugins"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jar")).toList()) {
        jars++;
        for (String name : owned(file)) {
          String owner = owners.putIfAbsent(name, file.getFileName().toString());
          if (owner != null && !owner.equals(file.getFileName().toString())) {
            shared.add(name + " in " + owner + " and " + file.getFileName());
          }
        }
      }
    }
    assertThat(jars).isGreaterThanOrEqualTo(2);
    assertThat(shared).isEmpty();
  }

  /**
   * The packages in a plug-in. Technologies add classes of their own to packages of Spark: of
   * these, the classes.
   */
  private static Set<String> owned(Path jar) throws IOException {
    Set<String> owned = new HashSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(entry -> entry.getName().replaceFirst("^META-INF/versions/\\d+/", ""))
          .filter(name -> name.endsWith(".class") && name.contains("/"))
          .map(
              name ->
                  name.startsWith("org/apache/spark/")
                      ? name
                      : name.substring(0, name.lastIndexOf('/')))
          .forEach(owned::add);
    }
    return owned;
  }
}
