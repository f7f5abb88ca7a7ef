package io.standpipe.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A piece of configuration that knows where it stands. Immutable. The text form is for messages and
 * shows no value that is known to be secret.
 */
public sealed interface ConfigNode {

  /** Where the node begins. */
  SourcePosition position();

  /** What the node is, for messages: {@code a mapping}, {@code a list}, {@code 'text'}. */
  String describe();

  /** Whether this is an empty value or {@code null}: as good as not given. */
  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.kind() == Kind.NULL;
  }

  /**
   * How an unquoted value reads (the core schema of YAML 1.2: {@code yes} and {@code no} are text).
   */
  enum Kind {
    /** Text, quoted or not. */
    STRING,
    /** A whole number. */
    INTEGER,
    /** A number with a fraction or an exponent. */
    DECIMAL,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** Empty, {@code null} or {@code ~}. */
    NULL,
    /** A reference in the text could not be resolved, which has been reported. */
    UNRESOLVED
  }

  /** Whether a value may be shown. */
  enum Visibility {
    /** It may. */
    OPEN,
    /** It was put together from a secret. */
    SECRET
  }

  /**
   * A key with its value.
   *
   * @param keyPosition where the key stands
   */
  record Entry(SourcePosition keyPosition, ConfigNode value) {
    public Entry {
      Objects.requireNonNull(keyPosition, "keyPosition");
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
      return value.toString();
    }
  }

  /** Keys with values, in the order of the file. */
  record Mapping(SourcePosition position, Map<String, Entry> entries) implements ConfigNode {
    public Mapping {
      Objects.requireNonNull(position, "position");
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** Without any keys. */
    public static Mapping empty(SourcePosition position) {
      return new Mapping(position, Map.of());
    }

    /** The value of a key; empty if the key is missing or has no value. */
    public Optional<ConfigNode> value(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::value).filter(node -> !node.isNull());
    }

    /** The text of a key's value; empty if it has none or is no scalar. */
    public Optional<String> text(String key) {
      return value(key).filter(Scalar.class::isInstance).map(node -> ((Scalar) node).text());
    }

    /** The same with one key set. A key that is there keeps its place. */
    public Mapping with(String key, Entry entry) {
      Map<String, Entry> changed = new LinkedHashMap<>(entries);
      changed.put(key, entry);
      return new Mapping(position, changed);
    }

    /** The same without some keys. */
    public Mapping without(String... keys) {
      Map<String, Entry> changed = new LinkedHashMap<>(entries);
      changed.keySet().removeAll(List.of(keys));
      return new Mapping(position, changed);
    }

    @Override
    public String describe() {
      return "a mapping";
    }

    @Override
    public String toString() {
      List<String> shown = new ArrayList<>();
      entries.forEach(
          (key, entry) -> {
            boolean hidden = entry.value() instanceof Scalar && SecretNames.looksSecret(key);
            shown.add(key + ": " + (hidden ? Redactor.MASK : entry));
          });
      return "{" + String.join(", ", shown) + "}";
    }
  }

  /** A list. */
  record Sequence(SourcePosition position, List<ConfigNode> items) implements ConfigNode {
    public Sequence {
      Objects.requireNonNull(position, "position");
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }

    @Override
    public String toString() {
      return items.toString();
    }
  }

  /**
   * A single value.
   *
   * @param text as written, without quotes
   * @param kind how it reads
   * @param baseDirectory the folder of the file that holds it: what relative paths are relative to
   * @param visibility whether it may be shown
   */
  record Scalar(
      SourcePosition position, String text, Kind kind, Path baseDirectory, Visibility visibility)
      implements ConfigNode {
    private static final int LONGEST_SHOWN = 60;

    public Scalar {
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(baseDirectory, "baseDirectory");
      Objects.requireNonNull(visibility, "visibility");
    }

    /** One that may be shown. */
    public Scalar(SourcePosition position, String text, Kind kind, Path baseDirectory) {
      this(position, text, kind, baseDirectory, Visibility.OPEN);
    }

    /** The value in quotes, or that it is not shown. */
    @Override
    public String describe() {
      if (visibility == Visibility.SECRET) {
        return "a secret, which is not shown";
      }
      return kind == Kind.NULL ? "empty" : "'" + shortened() + "'";
    }

    /** On one line, and not longer than a message should be. */
    private String shortened() {
      String line = text.replace("\n", "\\n");
      return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
    }

    @Override
    public String toString() {
      return visibility == Visibility.SECRET ? Redactor.MASK : text;
    }
  }
}
