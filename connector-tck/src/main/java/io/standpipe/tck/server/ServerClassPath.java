package io.standpipe.tck.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The JARs of an embedded server, which never come onto the class path of a test.
 *
 * <p>Where the system property {@code standpipe.servers} names a folder, they are read from the
 * file {@code NAME/target/classpath} there, which the goal {@code build-classpath} of the Maven
 * dependency plugin writes. Else Maven is asked for the dependencies of {@code
 * io.standpipe:standpipe-server-NAME} of this version, and its answer kept in {@code
 * ~/.cache/standpipe}.
 *
 * @param jars absolute paths, in the order of the class path
 */
record ServerClassPath(List<Path> jars) {
  private static final String PROPERTY = "standpipe.servers";
  private static final String GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath";

  ServerClassPath {
    jars = List.copyOf(jars);
  }

  /**
   * The class path of the server of this name.
   *
   * @throws IllegalStateException if it cannot be found
   */
  static ServerClassPath of(String server) {
    String folder = System.getProperty(PROPERTY, "");
    return folder.isBlank() ? resolved(server) : built(server, Path.of(folder));
  }

  private static ServerClassPath built(String server, Path folder) {
    Path file = folder.resolve(server).resolve("target").resolve("classpath");
    if (!Files.isRegularFile(file)) {
      throw new IllegalStateException(
          "cannot find the class path of the server '%s': %s is no file (the system property %s names its folder). Build the module servers/%s before, or remove the property so that Maven is asked."
              .formatted(server, file, PROPERTY, server));
    }
    return read(file);
  }

  private static ServerClassPath resolved(String server) {
    Path folder =
        Path.of(System.getProperty("user.home"), ".cache", "standpipe", "servers")
            .resolve(Resource.text("version").strip());
    Path file = folder.resolve(server + ".classpath");
    if (Files.isRegularFile(file)) {
      ServerClassPath known = read(file);
      if (known.jars.stream().allMatch(Files::isRegularFile)) {
        return known;
      }
    }
    askMaven(server, folder, file);
    return read(file);
  }

  private static void askMaven(String server, Path folder, Path file) {
    try {
      Files.createDirectories(folder);
      Path pom =
          Resource.write(
              folder.resolve(server + ".xml"),
              Resource.text("server-pom.xml").replace("@server@", server));
      List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "-f", pom.toString()));
      // Surefire tells which repository the build of the test uses.
      String repository = System.getProperty("localRepository", "");
      if (!repository.isBlank()) {
        command.add("-Dmaven.repo.local=" + repository);
      }
      command.addAll(List.of(GOAL, "-DincludeScope=runtime", "-Dmdep.outputFile=" + file));
      Process maven = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (maven.waitFor() != 0) {
        throw unresolved(server, command + " says:\n" + output, null);
      }
    } catch (IOException e) {
      throw unresolved(server, e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unresolved(server, "interrupted", e);
    }
  }

  private static IllegalStateException unresolved(String server, String why, Exception cause) {
    return new IllegalStateException(
        "cannot find the class path of the server '%s' by Maven: %s. Put mvn on the PATH and run it once with a network, or use -Dservers=containers."
            .formatted(server, why),
        cause);
  }

  private static ServerClassPath read(Path file) {
    try {
      String text = Files.readString(file).strip();
      return new ServerClassPath(
          List.of(text.split(File.pathSeparator)).stream()
              // Maven names the module of the server, too.
              .filter(entry -> !entry.endsWith(".pom"))
              .map(Path::of)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JAR whose file name starts so, for example {@code jamm-}. */
  Path jar(String prefix) {
    return jars.stream()
        .filter(jar -> jar.getFileName().toString().startsWith(prefix))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + prefix + "*.jar among " + jars));
  }

  /** As the value of {@code -cp}. */
  String text() {
    return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
  }
}
