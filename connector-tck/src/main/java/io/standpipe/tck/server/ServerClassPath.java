package io.standpipe.tck.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The JARs of a server, read from a file that the build writes: the goal {@code build-classpath} of
 * the Maven dependency plugin, in a module that depends on the server alone. The system property
 * {@code standpipe.servers} names the folder that has the file {@code NAME/target/classpath}.
 *
 * @param jars absolute paths, in the order of the class path
 */
record ServerClassPath(List<Path> jars) {
  private static final String PROPERTY = "standpipe.servers";

  ServerClassPath {
    jars = List.copyOf(jars);
  }

  /**
   * The class path of the server of this name.
   *
   * @throws IllegalStateException if the build has not written it
   */
  static ServerClassPath of(String server) {
    String servers = System.getProperty(PROPERTY);
    Path file = Path.of(servers == null ? "" : servers, server, "target", "classpath");
    if (servers == null || !Files.isRegularFile(file)) {
      throw new IllegalStateException(
          "cannot find the class path of the server '"
              + server
              + "': "
              + (servers == null
                  ? "the system property " + PROPERTY + " is not set"
                  : file + " is no file (the system property " + PROPERTY + " names its folder)")
              + ". Let the build write it with dependency:build-classpath, from a module that"
              + " depends on the server alone.");
    }
    try {
      String text = Files.readString(file).strip();
      return new ServerClassPath(
          List.of(text.split(File.pathSeparator)).stream().map(Path::of).toList());
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
