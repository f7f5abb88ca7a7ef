package io.standpipe.spi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a storage needs from the Spark session, as data. The platform merges the needs of all
 * storages before it builds the session, loads every class named in them, and refuses two storages
 * that set one property differently.
 *
 * @param extensions class names for {@code spark.sql.extensions}
 * @param catalogs catalog name to class name; {@code spark_catalog} can have one owner only
 * @param conf any other Spark property
 * @param defaults Spark properties that work well, used where neither the configuration nor a need
 *     sets them; of two storages that differ, the first wins
 */
public record SessionNeeds(
    List<String> extensions,
    Map<String, String> catalogs,
    Map<String, String> conf,
    Map<String, String> defaults) {

  private static final SessionNeeds NONE =
      new SessionNeeds(List.of(), Map.of(), Map.of(), Map.of());

  public SessionNeeds {
    extensions = List.copyOf(extensions);
    catalogs = Map.copyOf(catalogs);
    conf = Map.copyOf(conf);
    defaults = Map.copyOf(defaults);
  }

  /** Nothing. */
  public static SessionNeeds none() {
    return NONE;
  }

  /** The same with one more session extension. */
  public SessionNeeds withExtension(String className) {
    return new SessionNeeds(append(extensions, className), catalogs, conf, defaults);
  }

  /** The same with one more catalog. */
  public SessionNeeds withCatalog(String name, String className) {
    return new SessionNeeds(extensions, put(catalogs, name, className), conf, defaults);
  }

  /** The same with one more Spark property. */
  public SessionNeeds withConf(String key, String value) {
    return new SessionNeeds(extensions, catalogs, put(conf, key, value), defaults);
  }

  /** The same with a value for a Spark property that nobody else sets. */
  public SessionNeeds withDefault(String key, String value) {
    return new SessionNeeds(extensions, catalogs, conf, put(defaults, key, value));
  }

  private static List<String> append(List<String> list, String item) {
    return java.util.stream.Stream.concat(list.stream(), java.util.stream.Stream.of(item)).toList();
  }

  private static Map<String, String> put(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new LinkedHashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
