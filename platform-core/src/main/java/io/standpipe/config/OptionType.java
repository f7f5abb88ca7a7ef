package io.standpipe.config;

import java.util.List;
import java.util.Map;

/**
 * The type of an option: the one place from which binder, JSON Schema and docs know what it takes.
 */
sealed interface OptionType {

  /** The type's name for people, for example {@code duration}. */
  String label();

  /** A type with the constraints on its values. */
  record Constrained(OptionType type, List<Constraint> constraints) {
    public Constrained {
      constraints = List.copyOf(constraints);
    }
  }

  /** A single value. */
  record Single(ScalarFormat format) implements OptionType {
    @Override
    public String label() {
      return format.label();
    }
  }

  /**
   * One of an enum's values.
   *
   * @param constants by the name used in YAML
   */
  record Choice(Map<String, Object> constants) implements OptionType {
    @Override
    public String label() {
      return "one of " + String.join(", ", constants.keySet());
    }
  }

  /** Options within options. */
  record Nested(RecordModel model) implements OptionType {
    @Override
    public String label() {
      return "mapping";
    }
  }

  /** A list. */
  record ListOf(Constrained items) implements OptionType {
    @Override
    public String label() {
      return "list of " + items.type().label();
    }
  }

  /** Any keys with values of one type. */
  record MapOf(Constrained values) implements OptionType {
    @Override
    public String label() {
      return "mapping to " + values.type().label();
    }
  }

  /** A value that may be missing. */
  record Maybe(Constrained value) implements OptionType {
    @Override
    public String label() {
      return value.type().label();
    }
  }

  /** A node as it is. */
  record Raw(Class<? extends ConfigNode> nodeType) implements OptionType {
    @Override
    public String label() {
      return "YAML";
    }
  }

  /** No option: where the mapping stands. */
  record Position() implements OptionType {
    @Override
    public String label() {
      return "position";
    }
  }
}
