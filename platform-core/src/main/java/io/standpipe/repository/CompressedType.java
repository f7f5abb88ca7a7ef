package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** A value stored compressed; see {@link Compressed}. */
record CompressedType(ValueType content) implements ValueType {
  @Override
  public String javaName() {
    return "compressed " + content.javaName();
  }

  @Override
  public DataType dataType() {
    return DataTypes.BinaryType;
  }

  @Override
  public Object encode(Object value) {
    if (value instanceof byte[] bytes) {
      return Frame.ofBytes(bytes);
    } else if (value instanceof String text) {
      return Frame.ofText(text);
    }
    return Frame.ofText(JsonText.write(content.toJson(value)));
  }

  @Override
  public Decoder decoder(DataType actual, SchemaMatch match) {
    if (!(actual instanceof BinaryType)) {
      match.mismatch(this, actual);
    }
    return value -> decode((byte[]) value);
  }

  private Object decode(byte[] frame) {
    if (content.dataType() instanceof BinaryType) {
      return Frame.bytes(frame);
    }
    String text = Frame.text(frame);
    return content instanceof ScalarType<?> ? text : content.fromJson(JsonText.parse(text));
  }

  @Override
  public JsonNode toJson(Object value) {
    return content.toJson(value);
  }

  @Override
  public Object fromJson(JsonNode json) {
    return content.fromJson(json);
  }
}
