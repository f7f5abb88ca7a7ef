package io.standpipe.config;

import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.config.ConfigNode.Sequence;
import io.standpipe.config.OptionType.Choice;
import io.standpipe.config.OptionType.Constrained;
import io.standpipe.config.OptionType.ListOf;
import io.standpipe.config.OptionType.MapOf;
import io.standpipe.config.OptionType.Maybe;
import io.standpipe.config.OptionType.Nested;
import io.standpipe.config.OptionType.Raw;
import io.standpipe.config.OptionType.Single;
import io.standpipe.config.RecordModel.Component;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schemas of option types, as trees of maps and lists. */
final class RecordSchemas {
  /** The name of the definition that stands for a reference. */
  static final String REFERENCE = "reference";

  private static final List<String> ANY_TEXT = List.of("string", "number", "boolean");

  private RecordSchemas() {}

  static Map<String, Object> reference() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put("pattern", "\\$\\{.+\\}");
    return schema;
  }

  static Map<String, Object> of(RecordModel model) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Component component : model.options()) {
      properties.put(component.name(), option(model, component));
      if (component.required()) {
        required.add(component.name());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    model.description().ifPresent(text -> schema.put("description", text));
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> option(RecordModel model, Component component) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (!component.description().isEmpty()) {
      schema.put("description", component.description());
    }
    value(component.value()).forEach(schema::putIfAbsent);
    if (component.defaultText().isPresent()) {
      Defaults.node(model, component, new Problems())
          .ifPresent(node -> schema.put("default", plain(node)));
    }
    return schema;
  }

  private static Map<String, Object> value(Constrained value) {
    OptionType type = value.type();
    if (type instanceof Maybe maybe) {
      return value(maybe.value());
    }
    Map<String, Object> schema = new LinkedHashMap<>(bare(type));
    value.constraints().forEach(constraint -> constraint.schema().accept(schema));
    boolean free =
        type instanceof Single single && single.format().isText() && value.constraints().isEmpty()
            || type instanceof Single location && location.format() == ScalarFormat.LOCATION;
    boolean scalar = type instanceof Single || type instanceof Choice;
    if (!scalar || free) {
      return schema;
    }
    return withReference(schema);
  }

  /** What is said about the option as a whole stays outside the choice. */
  private static Map<String, Object> withReference(Map<String, Object> schema) {
    Map<String, Object> outer = new LinkedHashMap<>();
    for (String annotation : List.of("writeOnly", "format")) {
      if ("password".equals(schema.get("format")) || annotation.equals("writeOnly")) {
        Object value = schema.remove(annotation);
        if (value != null) {
          outer.put(annotation, value);
        }
      }
    }
    outer.put("anyOf", List.of(schema, Map.of("$ref", "#/$defs/" + REFERENCE)));
    return outer;
  }

  private static Map<String, Object> bare(OptionType type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (type instanceof Single single) {
      single(single.format(), schema);
    } else if (type instanceof Choice choice) {
      schema.put("enum", List.copyOf(choice.constants().keySet()));
    } else if (type instanceof Nested nested) {
      schema.putAll(of(nested.model()));
    } else if (type instanceof ListOf list) {
      schema.put("type", "array");
      schema.put("items", value(list.items()));
    } else if (type instanceof MapOf map) {
      schema.put("type", "object");
      schema.put("additionalProperties", value(map.values()));
    } else if (type instanceof Raw raw && raw.nodeType() == Mapping.class) {
      schema.put("type", "object");
    } else if (type instanceof Raw raw && raw.nodeType() == Sequence.class) {
      schema.put("type", "array");
    }
    return schema;
  }

  private static void single(ScalarFormat format, Map<String, Object> schema) {
    switch (format) {
      case TEXT -> schema.put("type", ANY_TEXT);
      case SECRET -> {
        schema.put("type", ANY_TEXT);
        schema.put("format", "password");
        schema.put("writeOnly", true);
      }
      case INTEGER -> {
        schema.put("type", "integer");
        schema.put("minimum", Integer.MIN_VALUE);
        schema.put("maximum", Integer.MAX_VALUE);
      }
      case LONG -> schema.put("type", "integer");
      case DOUBLE, DECIMAL -> schema.put("type", "number");
      case BOOLEAN -> schema.put("type", "boolean");
      case DURATION -> pattern(schema, ScalarFormat.DURATION_PATTERN);
      case DATA_SIZE -> pattern(schema, ScalarFormat.DATA_SIZE_PATTERN);
      case INSTANT -> {
        schema.put("type", "string");
        schema.put("format", "date-time");
      }
      case LOCATION -> {
        schema.put("type", "string");
        schema.put("minLength", 1);
      }
    }
  }

  private static void pattern(Map<String, Object> schema, String pattern) {
    schema.put("type", "string");
    schema.put("pattern", pattern);
  }

  /** A node as JSON. */
  private static Object plain(ConfigNode node) {
    if (node instanceof Mapping mapping) {
      Map<String, Object> values = new LinkedHashMap<>();
      mapping.entries().forEach((key, entry) -> values.put(key, plain(entry.value())));
      return values;
    }
    if (node instanceof Sequence sequence) {
      return sequence.items().stream().map(RecordSchemas::plain).toList();
    }
    Scalar scalar = (Scalar) node;
    if (scalar.kind() == Kind.BOOLEAN) {
      return Boolean.valueOf(scalar.text());
    }
    return scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.DECIMAL
        ? new BigDecimal(scalar.text())
        : scalar.text();
  }
}
