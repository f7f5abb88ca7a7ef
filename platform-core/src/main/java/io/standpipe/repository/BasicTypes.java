package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Booleans, bytes, and the types that say what NULL is. */
final class BasicTypes {
  private BasicTypes() {}

  static ScalarType<Boolean> booleans() {
    return new Booleans();
  }

  static ScalarType<byte[]> binary() {
    return new Binary();
  }

  private static final class Booleans extends ScalarType<Boolean> {
    Booleans() {
      super(Boolean.class, DataTypes.BooleanType);
    }

    @Override
    Boolean read(Object value, ZoneId zone) {
      return (Boolean) value;
    }

    @Override
    public JsonNode toJson(Object value) {
      return BooleanNode.valueOf((Boolean) value);
    }

    @Override
    Boolean parse(String text) {
      return Boolean.valueOf(text);
    }
  }

  private static final class Binary extends ScalarType<byte[]> {
    Binary() {
      super(byte[].class, DataTypes.BinaryType);
    }

    @Override
    byte[] read(Object value, ZoneId zone) {
      return (byte[]) value;
    }

    @Override
    public JsonNode toJson(Object value) {
      return TextNode.valueOf(Base64.getEncoder().encodeToString((byte[]) value));
    }

    @Override
    byte[] parse(String text) {
      return Base64.getDecoder().decode(text);
    }
  }

  /** A primitive: there is no NULL. */
  record PrimitiveType(String javaName, ScalarType<?> boxed) implements ValueType {
    @Override
    public DataType dataType() {
      return boxed.dataType();
    }

    @Override
    public boolean nullable() {
      return false;
    }

    @Override
    public Object encode(Object value) {
      return boxed.encode(value);
    }

    @Override
    public Object decodeNull() {
      String box = boxed.javaName();
      throw new BadValue(
          "NULL does not fit into " + javaName,
          "Use " + box + " or Optional<" + box + ">, or a condition that leaves such rows out.");
    }

    @Override
    public Decoder decoder(DataType actual, SchemaMatch match) {
      return boxed.decoder(actual, match);
    }

    @Override
    public Object operand(Object value) {
      return boxed.operand(value);
    }

    @Override
    public JsonNode toJson(Object value) {
      return boxed.toJson(value);
    }

    @Override
    public Object fromJson(JsonNode json) {
      return boxed.fromJson(json);
    }
  }

  /** {@code Optional}: empty for NULL. */
  record OptionalType(ValueType content) implements ValueType {
    @Override
    public String javaName() {
      return "Optional<" + content.javaName() + ">";
    }

    @Override
    public DataType dataType() {
      return content.dataType();
    }

    @Override
    public Object encode(Object value) {
      return content.encodeNullable(((Optional<?>) value).orElse(null));
    }

    @Override
    public Object decodeNull() {
      return Optional.empty();
    }

    @Override
    public Decoder decoder(DataType actual, SchemaMatch match) {
      Decoder decoder = content.decoder(actual, match);
      return value -> Optional.of(decoder.decode(value));
    }

    @Override
    public Object operand(Object value) {
      return content.operand(value);
    }

    @Override
    public JsonNode toJson(Object value) {
      return JsonText.node(content, ((Optional<?>) value).orElse(null));
    }

    @Override
    public Object fromJson(JsonNode json) {
      return Optional.of(content.fromJson(json));
    }
  }
}
