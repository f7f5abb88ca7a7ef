package io.standpipe.config;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.validation.constraints.NotBlank;

/**
 * The section {@code spark}.
 *
 * @param conf in the order of the file; values may be secret and are not part of the text form
 */
@Description("The Spark session.")
public record SparkSection(
    @Description("Where Spark runs: local[*], spark://host:7077, yarn.")
        @Default(SparkSection.DEFAULT_MASTER)
        @NotBlank
        String master,
    @Description("The name that Spark shows for the application.") @Default("standpipe") @NotBlank
        String appName,
    @Description("Spark properties by name, for example spark.sql.shuffle.partitions.")
        Map<String, String> conf) {
  /** Where Spark runs unless somebody says otherwise. */
  public static final String DEFAULT_MASTER = "local[*]";

  public SparkSection {
    conf = Collections.unmodifiableMap(new LinkedHashMap<>(conf));
  }

  @Override
  public String toString() {
    return "SparkSection[master=%s, appName=%s, conf=%s]".formatted(master, appName, conf.keySet());
  }
}
