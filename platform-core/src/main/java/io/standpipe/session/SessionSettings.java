package io.standpipe.session;

import io.standpipe.spi.SessionNeeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that is set on the Spark session before it is built: the user's configuration merged
 * with what the storages need.
 *
 * @param master Spark's master URL
 * @param appName the application's name
 * @param conf all other properties, sorted
 * @param jars the JARs that executors need, plug-ins and SPI
 */
public record SessionSettings(
    String master, String appName, Map<String, String> conf, List<Path> jars) {

  static final String EXTENSIONS = "spark.sql.extensions";
  private static final String CATALOG = "spark.sql.catalog.";

  public SessionSettings {
    conf = java.util.Collections.unmodifiableMap(new TreeMap<>(conf));
    jars = List.copyOf(jars);
  }

  /** Whether driver and executors are one process. */
  public boolean local() {
    return master.equals("local") || master.startsWith("local[");
  }

  /**
   * Merges what the user sets and what the storages need.
   *
   * @param needs what each owner needs; an owner is a text such as {@code storage 'sales' (plug-in
   *     delta)}
   * @param loader where the classes named in the needs must be found
   * @throws SessionException if two owners set one property differently, or a class cannot be
   *     loaded; names all of them
   */
  public static SessionSettings merge(
      String master,
      String appName,
      Map<String, String> userConf,
      Map<String, SessionNeeds> needs,
      List<Path> jars,
      ClassLoader loader) {
    Merge merge = new Merge(loader);
    userConf.forEach((key, value) -> merge.userProperty(key, value));
    needs.forEach(merge::add);
    return new SessionSettings(master, appName, merge.finish(), jars);
  }

  private static final class Merge {
    private static final String USER = "'spark.conf' of the configuration";
    private final ClassLoader loader;
    private final Map<String, String> conf = new LinkedHashMap<>();
    private final Map<String, String> owners = new LinkedHashMap<>();
    private final Set<String> extensions = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    Merge(ClassLoader loader) {
      this.loader = loader;
    }

    void userProperty(String key, String value) {
      if (key.equals(EXTENSIONS)) {
        for (String extension : value.split(",")) {
          extensions.add(extension.trim());
        }
      } else {
        set(USER, key, value);
      }
    }

    void add(String owner, SessionNeeds needs) {
      for (String extension : needs.extensions()) {
        requireClass(owner, "session extension", extension);
        extensions.add(extension);
      }
      needs
          .catalogs()
          .forEach(
              (name, type) -> {
                requireClass(owner, "catalog '" + name + "'", type);
                set(owner, CATALOG + name, type);
              });
      needs.conf().forEach((key, value) -> set(owner, key, value));
    }

    private void requireClass(String owner, String what, String className) {
      try {
        Class.forName(className, false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        problems.add(
            owner
                + " needs the "
                + what
                + " "
                + className
                + ", which cannot be loaded: "
                + e
                + ". Repair or remove the plug-in's JAR.");
      }
    }

    private void set(String owner, String key, String value) {
      String other = conf.putIfAbsent(key, value);
      if (other == null) {
        owners.put(key, owner);
      } else if (!other.equals(value)) {
        problems.add(
            owners.get(key)
                + " sets "
                + key
                + " to '"
                + other
                + "', but "
                + owner
                + " needs '"
                + value
                + "'. One Spark session can have only one value: "
                + (owners.get(key).equals(USER)
                    ? "remove it from the configuration."
                    : "use the two storages in separate runs."));
      }
    }

    Map<String, String> finish() {
      if (!problems.isEmpty()) {
        throw new SessionException(
            "The Spark session cannot be assembled:\n"
                + problems.stream()
                    .distinct()
                    .map(p -> "  " + p)
                    .collect(Collectors.joining("\n")));
      }
      if (!extensions.isEmpty()) {
        conf.put(EXTENSIONS, String.join(",", extensions));
      }
      return conf;
    }
  }
}
