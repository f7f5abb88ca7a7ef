package io.standpipe;

import io.standpipe.plugin.PlatformVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions that this build has. */
public final class Versions {
  private static final Properties BUILD = load();

  private Versions() {}

  /** The platform's own version. */
  public static String platform() {
    return BUILD.getProperty("platform");
  }

  /**
   * What a plug-in's requirements are matched against: the SPI's version and that of the running
   * Spark.
   */
  public static PlatformVersions plugins() {
    return new PlatformVersions(
        BUILD.getProperty("spi"), org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }

  private static Properties load() {
    try (InputStream in = Versions.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
