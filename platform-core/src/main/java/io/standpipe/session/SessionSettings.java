package io.standpipe.session;

import io.standpipe.spi.SessionNeeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * @param conf all other properties that must be so, sorted
 * @param defaults properties for a session that is built here, where nobody sets them otherwise
 * @param jars the JARs that executors need, plug-ins and SPI
 */
public record SessionSettings(
    String master,
    String appName,
    Map<String, String> conf,
    Map<String, String> defaults,
    List<SharedJar> jars) {

  static final String EXTENSIONS = "spark.sql.extensions";
  private static final String CATALOG = "spark.sql.catalog.";

  public SessionSettings {
    conf = java.util.Collections.unmodifiableMap(new TreeMap<>(conf));
    defaults = Map.copyOf(defaults);
    jars = List.copyOf(jars);
  }

  /** Whether driver and executors are one process. */
  public boolean local() {
    return master.equals("local") || master.startsWith("local[");
  }

  /**
   * Merges what the user asks for and what the storages need.
   *
   * @param needs what each owner needs; an owner is a text such as {@code storage 'sales' (plug-in
   *     delta)}
   * @param loader where the classes named in the needs must be found
   * @throws SessionException if two owners set one property differently, or a class cannot be
   *     loaded; names all of them
   */
  public static SessionSettings merge(
      SessionRequest request,
      Map<String, SessionNeeds> needs,
      List<SharedJar> jars,
      ClassLoader loader) {
    Merge merge = new Merge(request, loader);
    needs.forEach(merge::add);
    Map<String, String> defaults = new LinkedHashMap<>();
    // The page of Spark costs start-up time; who wants it sets this property.
    defaults.put("spark.ui.enabled", "false");
    // Steps that run at the same time share the executors, rather than the first one having all.
    defaults.put("spark.scheduler.mode", "FAIR");
    needs.values().forEach(need -> need.defaults().forEach(defaults::putIfAbsent));
    defaults.keySet().removeAll(request.submitted().keySet());
    return new SessionSettings(request.master(), request.appName(), merge.finish(), defaults, jars);
  }

  private static final class Merge {
    private static final String USER = "'spark.conf' of the configuration";
    private static final String SUBMIT = "spark-submit (or a system property)";
    private static final Map<String, String> REMEDIES =
        Map.of(
            USER, "remove it from the configuration.",
            SUBMIT, "remove it from the options that the JVM is started with.");

    private final SessionRequest request;
    private final ClassLoader loader;
    private final Map<String, String> conf = new LinkedHashMap<>();
    private final Map<String, String> owners = new LinkedHashMap<>();
    private final Set<String> extensions;
    private final List<String> problems = new ArrayList<>();

    Merge(SessionRequest request, ClassLoader loader) {
      this.request = request;
      this.loader = loader;
      this.extensions = request.list(EXTENSIONS);
      request.conf().forEach((key, value) -> set(USER, key, value));
      conf.remove(EXTENSIONS);
      Set<String> jars = request.list(SessionRequest.JARS);
      if (!jars.isEmpty()) {
        conf.put(SessionRequest.JARS, String.join(",", jars));
      }
      if (conf.containsKey(SessionRequest.MASTER)) {
        problems.add(
            "'spark.conf' of the configuration sets spark.master. Write it as 'master' of the section 'spark'.");
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
                need(owner, CATALOG + name, type);
              });
      needs.conf().forEach((key, value) -> need(owner, key, value));
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

    private void need(String owner, String key, String value) {
      String submitted = request.submitted().get(key);
      if (submitted != null && !conf.containsKey(key)) {
        set(SUBMIT, key, submitted);
      }
      set(owner, key, value);
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
                + REMEDIES.getOrDefault(owners.get(key), "use the two storages in separate runs."));
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
