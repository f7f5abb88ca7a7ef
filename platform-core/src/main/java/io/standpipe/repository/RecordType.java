package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** A record inside a record, a struct column. */
record RecordType(RecordMapping<?> mapping) implements ValueType {
  @Override
  public String javaName() {
    return mapping.name();
  }

  @Override
  public DataType dataType() {
    return mapping.schema();
  }

  @Override
  public Object encode(Object value) {
    return RowFactory.create(mapping.encode((Record) value));
  }

  @Override
  public Decoder decoder(DataType actual, SchemaMatch match) {
    if (!(actual instanceof StructType struct)) {
      match.mismatch(this, actual);
      return value -> value;
    }
    Binding<?> binding = mapping.bind(struct, match);
    return value -> binding.read((Row) value);
  }

  @Override
  public JsonNode toJson(Object value) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (Component component : mapping.components()) {
      node.set(component.column(), JsonText.node(component.type(), component.of(value)));
    }
    return node;
  }

  @Override
  public Object fromJson(JsonNode json) {
    List<Component> components = mapping.components();
    Object[] values = new Object[components.size()];
    for (int i = 0; i < values.length; i++) {
      Component component = components.get(i);
      try {
        values[i] = JsonText.value(component.type(), json.get(component.column()));
      } catch (BadValue e) {
        throw e.within(component);
      }
    }
    return mapping.construct(values);
  }
}
