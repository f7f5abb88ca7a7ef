package io.standpipe.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of a packaged plug-in JAR that is changed, to see what becomes of it. */
record JarCopy(Path file) {

  static JarCopy of(Path jar, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    return new JarCopy(Files.copy(jar, target, StandardCopyOption.REPLACE_EXISTING));
  }

  JarCopy without(String entry) throws IOException {
    try (FileSystem copy = open(file)) {
      Files.delete(copy.getPath(entry));
    }
    return this;
  }

  /** Adds the package of a class, without the packages below it. */
  JarCopy withPackageOf(Class<?> type) throws IOException, URISyntaxException {
    Path library = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    String folder = type.getPackageName().replace('.', '/');
    try (FileSystem copy = open(file);
        FileSystem source = open(library)) {
      Files.createDirectories(copy.getPath(folder));
      for (Path entry : classes(source.getPath(folder))) {
        Files.copy(entry, copy.getPath(entry.toString()));
      }
    }
    return this;
  }

  private static List<Path> classes(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> entry.toString().endsWith(".class")).toList();
    }
  }

  private static FileSystem open(Path jar) throws IOException {
    return FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
  }
}
