package io.standpipe.dynamodb;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A schema from sample items. Whole numbers that all fit are BIGINT, other numbers a DECIMAL of 38
 * digits that holds all of them, or DOUBLE if none does. Maps are structs of all fields that occur,
 * lists and sets arrays. What is only NULL or empty is text. Two kinds of values in one column are
 * refused. Keys come first, other columns in the order of their names.
 */
final class SchemaInference {
  private static final int DIGITS = DecimalType.MAX_PRECISION();

  private final String label;
  private final Map<String, Shape> columns = new TreeMap<>();

  SchemaInference(String label) {
    this.label = label;
  }

  /** Takes note of an item. */
  void add(Map<String, AttributeValue> item) {
    item.forEach((name, value) -> columns.computeIfAbsent(name, Shape::new).add(value));
  }

  /** The schema of the items so far. */
  StructType schema(TableInfo table) {
    List<StructField> fields = new ArrayList<>();
    for (TableInfo.Key key : table.keys()) {
      Shape shape = columns.get(key.name());
      fields.add(field(key.name(), shape == null ? ofKey(key) : shape.type()));
    }
    columns.forEach(
        (name, shape) -> {
          if (!table.primary().isKey(name)) {
            fields.add(field(name, shape.type()));
          }
        });
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static DataType ofKey(TableInfo.Key key) {
    return switch (key.type()) {
      case "N" -> DataTypes.LongType;
      case "B" -> DataTypes.BinaryType;
      default -> DataTypes.StringType;
    };
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  /** What is known of the values in one place. */
  private final class Shape {
    private final String path;
    private String kind = "";
    private final Map<String, Shape> children = new TreeMap<>();
    private boolean fitsLong = true;
    private int whole;
    private int scale;

    Shape(String path) {
      this.path = path;
    }

    void add(AttributeValue value) {
      switch (value.type()) {
        case NUL -> {}
        case N -> {
          be("number");
          number(new BigDecimal(value.n()));
        }
        case M -> {
          be("map");
          value.m().forEach((name, field) -> child(name).add(field));
        }
        case L -> elements(value.l());
        case SS -> elements(value.ss().stream().map(AttributeValue::fromS).toList());
        case NS -> elements(value.ns().stream().map(AttributeValue::fromN).toList());
        case BS -> elements(value.bs().stream().map(AttributeValue::fromB).toList());
        case S -> be("text");
        case B -> be("binary");
        case BOOL -> be("boolean");
        default -> throw new IllegalStateException("unknown attribute type: " + value);
      }
    }

    private void elements(Collection<AttributeValue> values) {
      be("list");
      values.forEach(value -> child("element").add(value));
    }

    private Shape child(String name) {
      return children.computeIfAbsent(name, added -> new Shape(path + "." + added));
    }

    private void be(String another) {
      if (!kind.isEmpty() && !kind.equals(another)) {
        throw new BadRow(
            "cannot infer a type for column '"
                + path
                + "' of "
                + label
                + ": it has values of the kinds "
                + kind
                + " and "
                + another,
            "Give 'schema' without this column.");
      }
      kind = another;
    }

    private void number(BigDecimal number) {
      BigDecimal plain = number.stripTrailingZeros();
      scale = Math.max(scale, plain.scale());
      whole = Math.max(whole, plain.precision() - plain.scale());
      fitsLong &= plain.scale() <= 0 && plain.toBigInteger().bitLength() < Long.SIZE;
    }

    DataType type() {
      return switch (kind) {
        case "number" -> numberType();
        case "binary" -> DataTypes.BinaryType;
        case "boolean" -> DataTypes.BooleanType;
        case "list" ->
            DataTypes.createArrayType(
                children.isEmpty() ? DataTypes.StringType : children.get("element").type());
        case "map" -> mapType();
        default -> DataTypes.StringType;
      };
    }

    private DataType numberType() {
      if (fitsLong) {
        return DataTypes.LongType;
      }
      int before = Math.max(whole, 0);
      return before + scale <= DIGITS
          ? DataTypes.createDecimalType(DIGITS, scale)
          : DataTypes.DoubleType;
    }

    private DataType mapType() {
      if (children.isEmpty()) {
        return DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);
      }
      return new StructType(
          children.entrySet().stream()
              .map(child -> field(child.getKey(), child.getValue().type()))
              .toArray(StructField[]::new));
    }
  }
}
