package io.standpipe.config;

import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.config.ConfigNode.Sequence;
import io.standpipe.config.ConfigNode.Visibility;
import io.standpipe.config.OptionType.Choice;
import io.standpipe.config.OptionType.Constrained;
import io.standpipe.config.OptionType.ListOf;
import io.standpipe.config.OptionType.MapOf;
import io.standpipe.config.OptionType.Maybe;
import io.standpipe.config.OptionType.Nested;
import io.standpipe.config.OptionType.Raw;
import io.standpipe.config.OptionType.Single;
import io.standpipe.config.RecordModel.Component;
import io.standpipe.spi.Secret;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of the binder. An empty result means that a problem has been added. */
final class Binding {
  private final Redactor redactor;
  private final Problems problems;

  Binding(Redactor redactor, Problems problems) {
    this.redactor = redactor;
    this.problems = problems;
  }

  Optional<Record> record(RecordModel model, Mapping node) {
    int before = problems.count();
    reportUnknownKeys(model, node);
    Object[] arguments = new Object[model.components().size()];
    boolean complete = true;
    for (int i = 0; i < arguments.length; i++) {
      Optional<Object> value = component(model, model.components().get(i), node);
      complete &= value.isPresent();
      arguments[i] = value.orElse(null);
    }
    return complete && problems.count() == before
        ? construct(model, arguments, node)
        : Optional.empty();
  }

  private void reportUnknownKeys(RecordModel model, Mapping node) {
    List<String> known = model.optionNames();
    node.entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                report(
                    entry.keyPosition(),
                    "unknown key '%s'. %s"
                        .formatted(
                            key,
                            model
                                .elsewhere(key)
                                .orElseGet(() -> Suggestions.sentence(key, known, "keys"))));
              }
            });
  }

  private Optional<Object> component(RecordModel model, Component component, Mapping node) {
    if (!component.isOption()) {
      return Optional.of(node.position());
    }
    Optional<ConfigNode> given = node.value(component.name());
    if (given.isPresent()) {
      return convert(component.value(), given.get(), component.name());
    }
    if (component.defaultText().isPresent()) {
      return Optional.of(Defaults.value(model, component));
    }
    if (component.required()) {
      String what = component.description().isEmpty() ? "" : ": " + component.description();
      report(
          node.position(),
          "'%s' (%s) is missing%s%s"
              .formatted(
                  component.name(),
                  component.value().type().label(),
                  what,
                  what.endsWith(".") ? "" : "."));
      return Optional.empty();
    }
    if (component.value().type() instanceof Maybe) {
      return Optional.of(Optional.empty());
    }
    return Optional.of(component.value().type() instanceof ListOf ? List.of() : Map.of());
  }

  /** The value of a node, checked; {@code label} names it in messages. */
  Optional<Object> convert(Constrained target, ConfigNode node, String label) {
    if (node instanceof Scalar scalar && scalar.kind() == Kind.UNRESOLVED) {
      // Reported where the reference was resolved.
      return Optional.empty();
    }
    Optional<Object> converted = typed(target.type(), node, label);
    converted.ifPresent(value -> check(target, value, node, label));
    return converted;
  }

  private Optional<Object> typed(OptionType type, ConfigNode node, String label) {
    if (type instanceof Maybe maybe) {
      return convert(maybe.value(), node, label).map(Optional::of);
    }
    if (type instanceof Single single && node instanceof Scalar scalar && !node.isNull()) {
      return single(single.format(), scalar, label);
    }
    if (type instanceof Choice choice && node instanceof Scalar scalar) {
      return choice(choice, scalar, label);
    }
    if (type instanceof Nested nested && node instanceof Mapping mapping) {
      return record(nested.model(), mapping).map(Object.class::cast);
    }
    if (type instanceof ListOf list && node instanceof Sequence sequence) {
      return list(list, sequence, label);
    }
    if (type instanceof MapOf map && node instanceof Mapping mapping) {
      return map(map, mapping, label);
    }
    if (type instanceof Raw raw && raw.nodeType().isInstance(node)) {
      return Optional.of(node);
    }
    String hint = type instanceof ListOf && node instanceof Scalar ? "Write [...] around it." : "";
    return wrong(label, expectation(type), node, hint);
  }

  private Optional<Object> single(ScalarFormat format, Scalar scalar, String label) {
    try {
      Object value = format.parse(scalar);
      if (value instanceof Secret secret) {
        redactor.register(secret.reveal());
      }
      return Optional.of(value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      boolean hint = e.getClass() == IllegalArgumentException.class && e.getMessage() != null;
      return wrong(label, format.expectation(), scalar, hint ? e.getMessage() : "");
    }
  }

  private Optional<Object> choice(Choice choice, Scalar scalar, String label) {
    Object constant = choice.constants().get(scalar.text());
    if (constant != null) {
      return Optional.of(constant);
    }
    String hint =
        scalar.visibility() == Visibility.SECRET
            ? ""
            : Suggestions.nearest(scalar.text(), choice.constants().keySet())
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("");
    return wrong(label, choice.label(), scalar, hint);
  }

  private Optional<Object> list(ListOf list, Sequence sequence, String label) {
    List<Object> values = new ArrayList<>();
    int index = 0;
    for (ConfigNode item : sequence.items()) {
      convert(list.items(), item, label + "[" + index + "]").ifPresent(values::add);
      index++;
    }
    return values.size() == sequence.items().size()
        ? Optional.of(List.copyOf(values))
        : Optional.empty();
  }

  private Optional<Object> map(MapOf map, Mapping mapping, String label) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, entry) ->
                convert(map.values(), entry.value(), label + "." + key)
                    .ifPresent(value -> values.put(key, value)));
    return values.size() == mapping.entries().size()
        ? Optional.of(Collections.unmodifiableMap(values))
        : Optional.empty();
  }

  private void check(Constrained target, Object value, ConfigNode node, String label) {
    boolean hidden =
        value instanceof Secret
            || SecretNames.looksSecret(label)
            || !(node instanceof Scalar)
            || node.describe().equals("''");
    for (Constraint constraint : target.constraints()) {
      if (!constraint.holds().test(value)) {
        report(
            node.position(),
            "'%s' %s%s."
                .formatted(
                    label, constraint.requirement(), hidden ? "" : ", but is " + node.describe()));
      }
    }
  }

  private Optional<Object> wrong(String label, String expected, ConfigNode node, String hint) {
    boolean hidden = node instanceof Scalar && !node.isNull() && SecretNames.looksSecret(label);
    String actual = hidden ? "something else, which is not shown" : node.describe();
    report(
        node.position(),
        "'%s' must be %s, but is %s.%s"
            .formatted(label, expected, actual, hint.isEmpty() ? "" : " " + hint));
    return Optional.empty();
  }

  private static String expectation(OptionType type) {
    if (type instanceof Single single) {
      return single.format().expectation();
    }
    if (type instanceof Raw raw) {
      return raw.nodeType() == Sequence.class ? "a list" : "a mapping";
    }
    return type instanceof Choice ? type.label() : "a " + type.label();
  }

  private Optional<Record> construct(RecordModel model, Object[] arguments, Mapping node) {
    Constructor<? extends Record> constructor = model.constructor();
    try {
      return Optional.of(constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException rejected) {
        String message = rejected.getMessage();
        report(node.position(), message == null ? "these options are refused." : message);
        return Optional.empty();
      }
      throw new IllegalStateException(
          model.type().getName() + ": its constructor failed unexpectedly", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(model.type().getName() + ": cannot be constructed", e);
    }
  }

  private void report(SourcePosition position, String message) {
    problems.add(position, redactor.redact(message));
  }
}
