package io.standpipe.config;

import io.standpipe.config.ConfigNode.Entry;
import io.standpipe.config.ConfigNode.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts one configuration over another. */
public final class Overlays {
  private Overlays() {}

  /**
   * The base with everything that the overlay says: mappings are merged key by key, anything else
   * is replaced. A key set to {@code null} in the overlay is as good as not given.
   */
  public static Mapping merge(Mapping base, Mapping overlay) {
    Map<String, Entry> merged = new LinkedHashMap<>(base.entries());
    overlay
        .entries()
        .forEach(
            (key, over) -> {
              Entry under = base.entries().get(key);
              boolean deep =
                  under != null
                      && under.value() instanceof Mapping
                      && over.value() instanceof Mapping;
              merged.put(
                  key,
                  deep
                      ? new Entry(
                          under.keyPosition(),
                          merge((Mapping) under.value(), (Mapping) over.value()))
                      : over);
            });
    return new Mapping(base.position(), merged);
  }

  /**
   * Sets one value: {@code storages.warehouse.url=jdbc:...}. Missing mappings on the way are made.
   * A part with dots is quoted, {@code spark.conf."spark.sql.shuffle.partitions"=8}; below {@code
   * spark.conf} the quotes may be left out. The value is typed as in YAML; {@code [...]}, {@code
   * {...}} and quoted text are read as YAML. Relative paths in it are relative to the working
   * directory.
   */
  public static Mapping set(Mapping mapping, String assignment, Problems problems) {
    int equals = endOfKey(assignment);
    if (equals < 0) {
      problems.add(
          SourcePosition.whole("--set " + withoutValue(assignment)),
          "not an assignment. Write --set key=value, for example --set spark.master=local[2].");
      return mapping;
    }
    String key = assignment.substring(0, equals);
    SourcePosition position = SourcePosition.whole("--set " + key);
    List<String> path = path(key);
    if (path.isEmpty() || path.contains("")) {
      problems.add(
          position,
          "the key has an empty part or an open quote. Write names separated by dots, for example"
              + " storages.warehouse.url=...");
      return mapping;
    }
    Optional<ConfigNode> value =
        YamlReader.value(
            assignment.substring(equals + 1), position, Path.of("").toAbsolutePath(), problems);
    return value.map(node -> put(mapping, path, 0, node, problems)).orElse(mapping);
  }

  private static Mapping put(
      Mapping mapping, List<String> path, int depth, ConfigNode value, Problems problems) {
    String key = path.get(depth);
    if (depth == path.size() - 1) {
      return mapping.with(key, new Entry(value.position(), value));
    }
    Entry entry = mapping.entries().get(key);
    if (entry == null || entry.value().isNull()) {
      Mapping made = Mapping.empty(value.position());
      return mapping.with(
          key, new Entry(value.position(), put(made, path, depth + 1, value, problems)));
    }
    if (entry.value() instanceof Mapping inner) {
      return mapping.with(
          key, new Entry(entry.keyPosition(), put(inner, path, depth + 1, value, problems)));
    }
    problems.add(
        value.position(),
        "cannot set a key below '%s': it is %s at %s. Set '%s' as a whole."
            .formatted(
                String.join(".", path.subList(0, depth + 1)),
                entry.value() instanceof ConfigNode.Sequence ? "a list" : "a single value",
                entry.value().position(),
                String.join(".", path.subList(0, depth + 1))));
    return mapping;
  }

  /** The first equals sign outside quotes, or -1. */
  private static int endOfKey(String assignment) {
    boolean quoted = false;
    for (int i = 0; i < assignment.length(); i++) {
      char c = assignment.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '=' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static String withoutValue(String assignment) {
    int equals = assignment.indexOf('=');
    return equals < 0 ? assignment : assignment.substring(0, equals);
  }

  private static List<String> path(String key) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (char c : key.strip().toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    boolean sparkProperty =
        parts.size() > 3 && parts.get(0).equals("spark") && parts.get(1).equals("conf");
    return sparkProperty
        ? List.of("spark", "conf", String.join(".", parts.subList(2, parts.size())))
        : parts;
  }
}
