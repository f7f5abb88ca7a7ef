package io.standpipe.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** Plug-in JARs, looked into and changed. Each copy is alone in a folder of its own. */
final class JarCopies {
  private JarCopies() {}

  /** A copy with other entries in its manifest. */
  static Path withManifest(Path jar, Path folder, Map<String, String> entries) throws IOException {
    Path copy = copy(jar, folder);
    try (FileSystem files = open(copy)) {
      Path file = files.getPath(JarFile.MANIFEST_NAME);
      Manifest manifest;
      try (InputStream in = Files.newInputStream(file)) {
        manifest = new Manifest(in);
      }
      entries.forEach(manifest.getMainAttributes()::putValue);
      try (OutputStream out = Files.newOutputStream(file)) {
        manifest.write(out);
      }
    }
    return copy;
  }

  /** A copy that also has a class of somebody else. */
  static Path withClass(Path jar, Path folder, Class<?> type) throws IOException {
    Path copy = copy(jar, folder);
    String name = type.getName().replace('.', '/') + ".class";
    try (FileSystem files = open(copy);
        InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      Path target = files.getPath(name);
      Files.createDirectories(target.getParent());
      Files.copy(in, target);
    }
    return copy;
  }

  /**
   * What a JAR must have for itself on an executor, which has one class loader for all of them: its
   * packages, and its classes in Spark's packages, which several technologies extend.
   */
  static Set<String> owned(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .map(
              name ->
                  name.startsWith("org/apache/spark/") || !name.contains("/")
                      ? name
                      : name.substring(0, name.lastIndexOf('/')))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Path copy(Path jar, Path folder) throws IOException {
    Path own = Files.createTempDirectory(folder, "copy");
    return Files.copy(jar, own.resolve(jar.getFileName()));
  }

  private static FileSystem open(Path jar) throws IOException {
    return FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
  }
}
