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
 */
public record SessionNeeds(
    List<String> extensions, Map<String, String> catalogs, Map<String, String> conf) {

  private static final SessionNeeds NONE = new SessionNeeds(List.of(), Map.of(), Map.of());

  public SessionNeeds {
    extensions = List.copyOf(extensions);
    catalogs = Map.copyOf(catalogs);
    conf = Map.copyOf(conf);
  }

  /** Nothing. */
  public static SessionNeeds none() {
    return NONE;
  }

  /** The same with one more session extension. */
  public SessionNeeds withExtension(String className) {
    return new SessionNeeds(append(extensions, className), catalogs, conf);
  }

  /** The same with one more catalog. */
  public SessionNeeds withCatalog(String name, String className) {
    return new SessionNeeds(extensions, put(catalogs, name, className), conf);
  }

  /** The same with one more Spark property. */
  public SessionNeeds withConf(String key, String value) {
    return new SessionNeeds(extensions, catalogs, put(conf, key, value));
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
