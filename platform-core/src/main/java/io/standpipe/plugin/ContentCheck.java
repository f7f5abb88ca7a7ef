package io.standpipe.plugin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** Checks the entries of a plug-in JAR, in one pass over its table of contents. */
final class ContentCheck {

  /** Spark asks for all of these at each look-up of a format; one that is missing breaks all. */
  static final String DATA_SOURCES = "org.apache.spark.sql.sources.DataSourceRegister";

  private final JarFile jar;
  private final ClassLoader platform;
  private final Map<BundledApi, String> bundled = BundledApi.none();
  private final List<String> services = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private ContentCheck(JarFile jar, ClassLoader platform) {
    this.jar = jar;
    this.platform = platform;
  }

  /**
   * All that is wrong, in a fixed order.
   *
   * @param platform where classes are looked for that the JAR does not bring; none is loaded
   */
  static List<Finding> check(JarFile jar, ClassLoader platform) throws IOException {
    ContentCheck check = new ContentCheck(jar, platform);
    check.readEntries();
    check.bundledApis();
    check.extensions();
    for (String service : check.services) {
      check.service(service);
    }
    return check.findings;
  }

  private void readEntries() {
    for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
      String name = entries.nextElement().getName();
      BundledApi.note(name, bundled);
      if (name.startsWith(ClassNames.SERVICES)
          && name.length() > ClassNames.SERVICES.length()
          && name.indexOf('/', ClassNames.SERVICES.length()) < 0) {
        services.add(name);
      }
    }
  }

  private void bundledApis() {
    if (!bundled.isEmpty()) {
      find(
          "it bundles what the platform provides: "
              + bundled.entrySet().stream()
                  .map(e -> e.getKey().label() + " (" + e.getValue() + ")")
                  .collect(Collectors.joining(", ")),
          "Give these dependencies the scope 'provided' and build the plug-in again.");
    }
  }

  private void extensions() throws IOException {
    Optional<List<String>> index = ClassNames.read(jar, ClassNames.EXTENSION_INDEX);
    if (index.isEmpty() || index.get().isEmpty()) {
      find(
          index.isEmpty()
              ? "it has no META-INF/extensions.idx, the list of its extensions"
              : "its META-INF/extensions.idx, the list of its extensions, is empty",
          "Annotate the factory with @org.pf4j.Extension, put pf4j on the compiler's annotation"
              + " processor path and build the plug-in again.");
      return;
    }
    for (String name : index.get()) {
      if (!contains(name)) {
        find(
            "its META-INF/extensions.idx names " + name + ", which is not in the JAR",
            "Build the plug-in again from a clean state, with the class in it.");
      }
    }
  }

  private void service(String entry) throws IOException {
    String service = entry.substring(ClassNames.SERVICES.length());
    boolean dataSources = service.equals(DATA_SOURCES);
    for (String name : ClassNames.read(jar, entry).orElse(List.of())) {
      if (!ClassNames.isClassName(name) && !dataSources) {
        // Some libraries keep other things than class names in this folder.
        continue;
      }
      if (contains(name)) {
        continue;
      }
      if (dataSources) {
        find(
            "its service entry " + entry + " names " + name + ", which is not in the JAR",
            "Build the plug-in with this class, or without this line: it would break every format"
                + " look-up of the session.");
      } else if (platform.getResource(ClassNames.path(name)) == null) {
        find(
            "its service entry "
                + entry
                + " names "
                + name
                + ", which is neither in the JAR nor in the platform",
            "Build the plug-in with this class, or without this line.");
      }
    }
  }

  private boolean contains(String className) {
    return jar.getEntry(ClassNames.path(className)) != null;
  }

  private void find(String cause, String remedy) {
    findings.add(new Finding(cause, remedy));
  }
}
