package io.standpipe.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** Reads the files of a JAR that list class names: the extension index and service entries. */
final class ClassNames {

  static final String EXTENSION_INDEX = "META-INF/extensions.idx";
  static final String SERVICES = "META-INF/services/";

  private static final Pattern CLASS_NAME =
      Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

  private ClassNames() {}

  /** The lines of an entry without comments and blank ones, or empty if there is no such entry. */
  static Optional<List<String>> read(JarFile jar, String entryName) throws IOException {
    JarEntry entry = jar.getJarEntry(entryName);
    if (entry == null) {
      return Optional.empty();
    }
    Set<String> names = new LinkedHashSet<>();
    try (InputStream in = jar.getInputStream(entry)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\\R", -1)) {
        int comment = line.indexOf('#');
        String name = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (!name.isEmpty()) {
          names.add(name);
        }
      }
    }
    return Optional.of(List.copyOf(names));
  }

  static boolean isClassName(String text) {
    return CLASS_NAME.matcher(text).matches();
  }

  /** Where the class stands in a JAR. */
  static String path(String className) {
    return className.replace('.', '/') + ".class";
  }
}
