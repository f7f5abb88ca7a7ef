package io.standpipe.config;

import io.standpipe.config.ConfigNode.Mapping;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what a configuration is put together from, and puts it together. */
final class ConfigurationFiles {
  private ConfigurationFiles() {}

  static Mapping read(ConfigurationSource source, Problems problems) {
    Mapping merged =
        source
            .file()
            .flatMap(file -> YamlReader.read(file, problems))
            .orElseGet(
                () ->
                    Mapping.empty(
                        SourcePosition.whole(
                            source.file().map(Path::toString).orElse("configuration"))));
    if (source.environment().isPresent()) {
      merged = withOverlay(merged, source, source.environment().get(), problems);
    }
    for (String override : source.overrides()) {
      merged = Overlays.set(merged, override, problems);
    }
    return merged;
  }

  private static Mapping withOverlay(
      Mapping base, ConfigurationSource source, String environment, Problems problems) {
    SourcePosition option = SourcePosition.whole("--env " + environment);
    if (source.file().isEmpty()) {
      problems.add(option, "an environment needs a configuration file. Name one with --config.");
      return base;
    }
    Path file = source.file().get();
    if (!Names.isValid(environment)) {
      problems.add(option, "an environment's name has only letters, digits, '_' and '-'.");
      return base;
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    String extension = dot < 0 ? "" : name.substring(dot);
    Path overlay = file.resolveSibling(stem + "." + environment + extension);
    if (Files.exists(overlay)) {
      return YamlReader.read(overlay, problems)
          .map(over -> Overlays.merge(base, over))
          .orElse(base);
    }
    if (Files.exists(file)) {
      Set<String> found = environments(file, stem + ".", extension);
      String known =
          found.isEmpty()
              ? "No other environment is there either."
              : Suggestions.sentence(environment, found, "environments");
      problems.add(option, "'%s' does not exist. %s".formatted(overlay, known));
    }
    return base;
  }

  private static Set<String> environments(Path file, String prefix, String extension) {
    Set<String> found = new TreeSet<>();
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(folder)) {
      for (Path sibling : siblings) {
        String name = sibling.getFileName().toString();
        int end = name.length() - extension.length();
        if (name.startsWith(prefix) && name.endsWith(extension) && end > prefix.length()) {
          found.add(name.substring(prefix.length(), end));
        }
      }
    } catch (IOException e) {
      // The list is a courtesy; that the overlay is missing is reported without it.
      return Set.of();
    }
    return found;
  }
}
