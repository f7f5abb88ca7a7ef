package io.standpipe.session;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

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

  /** A JAR by the first of its classes that can be loaded; empty if there is none. */
  public static Optional<SharedJar> of(Path file, ClassLoader loader) {
    try (JarFile jar = new JarFile(file.toFile())) {
      return jar.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.contains("-"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .flatMap(name -> loaded(name, loader).stream())
          .findFirst()
          .map(witness -> new SharedJar(file, witness));
    } catch (IOException e) {
      throw new SessionException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Class<?>> loaded(String name, ClassLoader loader) {
    try {
      return Optional.of(Class.forName(name, false, loader));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty(); // it may need what nobody uses
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
