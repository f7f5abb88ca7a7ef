package io.standpipe.repository;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;

/** The JSON that compressed lists, maps and records are stored as. */
final class JsonText {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  private JsonText() {}

  /** The node of a Java value that may be null. */
  static JsonNode node(ValueType type, Object value) {
    return value == null ? NullNode.getInstance() : type.toJson(value);
  }

  /** The Java value of a node; a node that is not there is NULL. */
  static Object value(ValueType type, JsonNode node) {
    return node == null || node.isNull() ? type.decodeNull() : type.fromJson(node);
  }

  static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BadValue(
          "the compressed value holds no JSON", "Read it with the type it was written with.", e);
    }
  }
}
