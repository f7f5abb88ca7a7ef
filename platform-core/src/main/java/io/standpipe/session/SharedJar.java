package io.standpipe.session;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * A JAR whose classes driver and executors must share.
 *
 * @param file the JAR, on the driver's machine
 * @param witness a class of it, by which it can be told whether they do
 */
public record SharedJar(Path file, Class<?> witness) {

  /** The JAR that a class comes from; empty if it comes from somewhere else, such as a folder. */
  public static Optional<SharedJar> of(Class<?> witness) {
    CodeSource source = witness.getProtectionDomain().getCodeSource();
    try {
      return Optional.of(Path.of(source.getLocation().toURI()))
          .filter(path -> path.toString().endsWith(".jar"))
          .map(path -> new SharedJar(path, witness));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(
          "the class path has a malformed entry: " + source.getLocation(), e);
    }
  }

  /** As {@link #of(Class)}; empty also if there is no such class. */
  static Optional<SharedJar> of(String className, ClassLoader loader) {
    try {
      return of(Class.forName(className, false, loader));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
