package io.standpipe.plugin;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the platform provides and a plug-in must not bring: a second copy of these classes cannot
 * talk to the first one.
 */
enum BundledApi {
  SPI("the connector SPI", "io/standpipe/spi/.+"),
  // A plug-in may have classes of its own under scala/; these stand in every Scala library.
  SCALA("the Scala library", "scala/(Predef|Function1|Option|collection/Seq)\\.class"),
  SPARK("Spark", "org/apache/spark/(SparkContext|sql/SparkSession)\\.class"),
  SLF4J("slf4j", "org/slf4j/(Logger|LoggerFactory)\\.class"),
  PF4J("pf4j", "org/pf4j/.+"),
  LOG4J("Log4j", "org/apache/logging/log4j/core/.+");

  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/\\d+/(.+)");

  private final String label;
  private final String prefix;
  private final Pattern pattern;

  BundledApi(String label, String pattern) {
    this.label = label;
    this.pattern = Pattern.compile(pattern);
    this.prefix = pattern.substring(0, pattern.indexOf('/') + 1);
  }

  /** What it is, for messages. */
  String label() {
    return label;
  }

  /** Notes which of these the entry belongs to; the first entry of each is kept. */
  static void note(String entryName, Map<BundledApi, String> found) {
    String name = entryName;
    if (name.startsWith("META-INF/versions/")) {
      Matcher versioned = VERSIONED.matcher(name);
      name = versioned.matches() ? versioned.group(1) : name;
    }
    if (!name.endsWith(".class")) {
      return;
    }
    for (BundledApi api : values()) {
      if (name.startsWith(api.prefix) && api.pattern.matcher(name).matches()) {
        found.putIfAbsent(api, entryName);
      }
    }
  }

  static Map<BundledApi, String> none() {
    return new EnumMap<>(BundledApi.class);
  }
}
