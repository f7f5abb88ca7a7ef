package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import scala.Tuple2;

/** Lists and maps; what is read is unmodifiable, and may have null elements as columns do. */
final class ContainerTypes {
  private ContainerTypes() {}

  /** {@code List} of some type, an array column. */
  record ListType(ValueType element) implements ValueType {
    @Override
    public String javaName() {
      return "List<" + element.javaName() + ">";
    }

    @Override
    public DataType dataType() {
      return DataTypes.createArrayType(element.dataType(), true);
    }

    @Override
    public Object encode(Object value) {
      return ((List<?>) value).stream().map(element::encodeNullable).toArray();
    }

    @Override
    public Decoder decoder(DataType actual, SchemaMatch match) {
      if (!(actual instanceof ArrayType array)) {
        match.mismatch(this, actual);
        return value -> value;
      }
      Decoder decoder = element.decoder(array.elementType(), match);
      return value -> {
        scala.collection.Seq<?> items = (scala.collection.Seq<?>) value;
        List<Object> list = new ArrayList<>(items.length());
        for (scala.collection.Iterator<?> all = items.iterator(); all.hasNext(); ) {
          Object item = all.next();
          list.add(item == null ? element.decodeNull() : decoder.decode(item));
        }
        return Collections.unmodifiableList(list);
      };
    }

    @Override
    public JsonNode toJson(Object value) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      ((List<?>) value).forEach(item -> array.add(JsonText.node(element, item)));
      return array;
    }

    @Override
    public Object fromJson(JsonNode json) {
      List<Object> list = new ArrayList<>(json.size());
      json.forEach(item -> list.add(JsonText.value(element, item)));
      return Collections.unmodifiableList(list);
    }
  }

  /** {@code Map} from text to some type. */
  record TextMapType(ScalarType<String> key, ValueType content) implements ValueType {
    @Override
    public String javaName() {
      return "Map<String, " + content.javaName() + ">";
    }

    @Override
    public DataType dataType() {
      return DataTypes.createMapType(key.dataType(), content.dataType(), true);
    }

    @Override
    public Object encode(Object value) {
      Map<Object, Object> map = new LinkedHashMap<>();
      ((Map<?, ?>) value)
          .forEach((name, item) -> map.put(key.encode(name(name)), content.encodeNullable(item)));
      return map;
    }

    private static Object name(Object name) {
      if (name == null) {
        throw new BadValue("a map's key is null", "Give it a name.");
      }
      return name;
    }

    @Override
    public Decoder decoder(DataType actual, SchemaMatch match) {
      if (!(actual instanceof MapType map) || !(map.keyType() instanceof StringType)) {
        match.mismatch(this, actual);
        return value -> value;
      }
      Decoder decoder = content.decoder(map.valueType(), match);
      return value -> {
        Map<Object, Object> entries = new LinkedHashMap<>();
        scala.collection.Iterator<?> all = ((scala.collection.Map<?, ?>) value).iterator();
        while (all.hasNext()) {
          Tuple2<?, ?> entry = (Tuple2<?, ?>) all.next();
          entries.put(
              entry._1(), entry._2() == null ? content.decodeNull() : decoder.decode(entry._2()));
        }
        return Collections.unmodifiableMap(entries);
      };
    }

    @Override
    public JsonNode toJson(Object value) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      ((Map<?, ?>) value)
          .forEach((name, item) -> node.set((String) name(name), JsonText.node(content, item)));
      return node;
    }

    @Override
    public Object fromJson(JsonNode json) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      json.fields()
          .forEachRemaining(
              entry -> entries.put(entry.getKey(), JsonText.value(content, entry.getValue())));
      return Collections.unmodifiableMap(entries);
    }
  }
}
