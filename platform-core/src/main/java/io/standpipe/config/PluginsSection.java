package io.standpipe.config;

import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.validation.constraints.Pattern;

/**
 * The section {@code plugins}.
 *
 * @param directories absolute
 * @param trusted SHA-256 in lower-case hexadecimal by plug-in id
 * @param libraries absolute
 */
@Description("Where connector plug-ins come from.")
public record PluginsSection(
    @Description("Folders with plug-in JARs, besides the plugins folder of the installation.")
        List<Location> directories,
    @Description(
            "The SHA-256 that a plug-in's JAR must have, by plug-in id. If any is given, plug-ins without one are refused.")
        Map<
                String,
                @Pattern(
                    regexp = "[0-9a-fA-F]{64}",
                    message = "must be a SHA-256 of 64 hexadecimal digits")
                String>
            trusted,
    @Description(
            "JARs with classes of your own: factories of pipelines, functions. The classes of plug-ins are visible to them.")
        List<Location> libraries) {
  public PluginsSection {
    directories = List.copyOf(directories);
    libraries = List.copyOf(libraries);
    Map<String, String> lowerCase = new LinkedHashMap<>();
    trusted.forEach((id, sum) -> lowerCase.put(id, sum.toLowerCase(Locale.ROOT)));
    trusted = Collections.unmodifiableMap(lowerCase);
  }
}
