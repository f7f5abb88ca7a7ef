package io.standpipe.plugin;

import com.github.zafarkhaja.semver.Version;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions that a plug-in must fit.
 *
 * @param spi version of the connector SPI, a semantic version such as {@code 0.1.0}
 * @param spark version of the running Spark, such as {@code 3.5.9}
 */
public record PlatformVersions(String spi, String spark) {

  private static final Pattern LINE = Pattern.compile("(\\d+\\.\\d+)([.-].*)?");

  /**
   * @throws IllegalArgumentException if one is not a version
   */
  public PlatformVersions {
    if (!Version.isValid(spi)) {
      throw new IllegalArgumentException(
          "The SPI version '" + spi + "' is not a semantic version such as 0.1.0.");
    }
    if (lineOf(spark).isEmpty()) {
      throw new IllegalArgumentException(
          "The Spark version '" + spark + "' is not a version such as 3.5.9.");
    }
  }

  /** Major and minor number of the running Spark, {@code 3.5}. */
  String sparkLine() {
    return lineOf(spark).orElseThrow();
  }

  /** Major and minor number of a Spark version, or empty if it is not one. */
  static Optional<String> lineOf(String sparkVersion) {
    Matcher matcher = LINE.matcher(sparkVersion);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
