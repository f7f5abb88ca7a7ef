package io.standpipe.session;

import io.standpipe.config.SparkSection;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the user asks of the Spark session, before the storages are asked what they need.
 *
 * @param configuredMaster the master URL of the configuration
 * @param appName the application's name
 * @param conf the Spark properties of the configuration
 * @param submitted the Spark properties that the JVM was started with, as by spark-submit. They
 *     reach Spark anyway, as long as the configuration has no other value; the master, JARs and
 *     session extensions among them are not overridden
 */
public record SessionRequest(
    String configuredMaster,
    String appName,
    Map<String, String> conf,
    Map<String, String> submitted) {
  static final String MASTER = "spark.master";
  static final String JARS = "spark.jars";

  private static final Logger log = LoggerFactory.getLogger(SessionRequest.class);

  public SessionRequest {
    conf = Collections.unmodifiableMap(new TreeMap<>(conf));
    submitted = Collections.unmodifiableMap(new TreeMap<>(submitted));
  }

  /** What the configuration asks for. */
  public static SessionRequest of(String master, String appName, Map<String, String> conf) {
    return new SessionRequest(master, appName, conf, Map.of());
  }

  /**
   * The same with the Spark properties among the system properties: spark-submit hands on its
   * options so.
   */
  public SessionRequest withSystemProperties() {
    Map<String, String> spark = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("spark.")) {
        spark.put(name, System.getProperty(name));
      }
    }
    SessionRequest request = new SessionRequest(configuredMaster, appName, conf, spark);
    if (!request.master().equals(configuredMaster)
        && !configuredMaster.equals(SparkSection.DEFAULT_MASTER)) {
      log.warn(
          "Spark's master is {}, as the JVM was started with; {} of the configuration does not count.",
          request.master(),
          configuredMaster);
    }
    return request;
  }

  /** The master URL that counts. */
  public String master() {
    return submitted.getOrDefault(MASTER, configuredMaster);
  }

  /** All properties; those of the configuration count more. */
  public Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(submitted);
    all.putAll(conf);
    return all;
  }

  /** What both sources list under a property that is a list, each once. */
  Set<String> list(String property) {
    Set<String> all = new LinkedHashSet<>(split(submitted.get(property)));
    all.addAll(split(conf.get(property)));
    return all;
  }

  /** The items of a list, trimmed; none for null. */
  static Collection<String> split(String text) {
    return Optional.ofNullable(text).stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }
}
