package io.standpipe.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON Schema (draft 2020-12) of configuration records, with which an editor completes and checks
 * YAML files. Where a value is no text, a reference such as <code>${env:PORT}</code> is allowed
 * too.
 */
public final class JsonSchema {
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private final Map<String, Object> schema;

  private JsonSchema(Map<String, Object> schema) {
    this.schema = Collections.unmodifiableMap(schema);
  }

  /** The schema of one record's options. */
  public static JsonSchema of(Class<? extends Record> type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", DIALECT);
    schema.putAll(RecordSchemas.of(RecordModel.of(type)));
    schema.put("$defs", Map.of(RecordSchemas.REFERENCE, RecordSchemas.reference()));
    return new JsonSchema(schema);
  }

  /**
   * The schema of a whole configuration.
   *
   * @param connectorTypes the configuration records of all connectors by type
   */
  public static JsonSchema ofConfiguration(Map<String, Class<? extends Record>> connectorTypes) {
    Map<String, Class<? extends Record>> sorted = new TreeMap<>(connectorTypes);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("spark", RecordSchemas.of(RecordModel.of(SparkSection.class)));
    properties.put("plugins", RecordSchemas.of(RecordModel.of(PluginsSection.class)));
    properties.put("resilience", RecordSchemas.of(RecordModel.of(ResilienceSection.class)));
    Map<String, Object> storages = new LinkedHashMap<>();
    storages.put("description", "The storages by name.");
    storages.put("type", "object");
    storages.put("propertyNames", Map.of("pattern", Names.PATTERN));
    storages.put("additionalProperties", Map.of("$ref", "#/$defs/storage"));
    properties.put("storages", storages);

    Map<String, Object> definitions = new LinkedHashMap<>();
    definitions.put(RecordSchemas.REFERENCE, RecordSchemas.reference());
    definitions.put("storage", storage(sorted));
    sorted.forEach((type, options) -> definitions.put("storage." + type, connector(type, options)));

    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", DIALECT);
    schema.put("title", "Standpipe configuration");
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("patternProperties", Map.of("^x-", true));
    schema.put("additionalProperties", false);
    schema.put("$defs", definitions);
    return new JsonSchema(schema);
  }

  /** The schema as indented JSON. */
  public String toJson() {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema is no JSON", e);
    }
  }

  @Override
  public String toString() {
    return toJson();
  }

  private static Map<String, Object> storage(Map<String, Class<? extends Record>> types) {
    Map<String, Object> connector = new LinkedHashMap<>();
    connector.put("description", "The type of the connector.");
    connector.put(
        "anyOf",
        List.of(
            Map.of("enum", List.copyOf(types.keySet())),
            Map.of("$ref", "#/$defs/" + RecordSchemas.REFERENCE)));
    List<Object> cases = new ArrayList<>();
    for (String type : types.keySet()) {
      Map<String, Object> condition = new LinkedHashMap<>();
      condition.put("properties", Map.of("connector", Map.of("const", type)));
      condition.put("required", List.of("connector"));
      Map<String, Object> rule = new LinkedHashMap<>();
      rule.put("if", condition);
      rule.put("then", Map.of("$ref", "#/$defs/storage." + type));
      cases.add(rule);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", Map.of("connector", connector));
    schema.put("required", List.of("connector"));
    if (!cases.isEmpty()) {
      schema.put("allOf", cases);
    }
    return schema;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> connector(String type, Class<? extends Record> options) {
    Map<String, Object> schema = RecordSchemas.of(RecordModel.of(options));
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("connector", Map.of("const", type));
    properties.put("resilience", Map.of("$ref", "#/properties/resilience"));
    properties.putAll((Map<String, Object>) schema.get("properties"));
    schema.put("properties", properties);
    return schema;
  }
}
