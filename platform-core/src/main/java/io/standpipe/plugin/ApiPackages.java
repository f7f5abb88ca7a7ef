package io.standpipe.plugin;

import java.util.List;

/**
 * The packages of which there is one copy for the platform, Spark and all plug-ins, because objects
 * of their types pass between them.
 */
final class ApiPackages {

  private static final String PLATFORM = "io.standpipe.";
  private static final String SPI = "io.standpipe.spi.";

  private static final List<String> SHARED =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "sun.",
          "org.w3c.dom.",
          "org.xml.sax.",
          SPI,
          "org.pf4j.",
          "org.slf4j.",
          "org.apache.logging.",
          "org.apache.log4j.",
          "scala.",
          "org.apache.spark.",
          "org.apache.hadoop.");

  private ApiPackages() {}

  /**
   * Whether the platform's copy of the class goes first. Technologies put classes of their own into
   * some of these packages (Delta has {@code org.apache.spark.sql.delta}), so the plug-in's is the
   * second choice.
   */
  static boolean isShared(String className) {
    for (String prefix : SHARED) {
      if (className.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the class is the platform's own business, which no plug-in may see. */
  static boolean isHidden(String className) {
    return className.startsWith(PLATFORM) && !className.startsWith(SPI);
  }
}
