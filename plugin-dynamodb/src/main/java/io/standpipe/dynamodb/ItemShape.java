package io.standpipe.dynamodb;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How rows become items.
 *
 * @param columns of the rows, with the names that the attributes get
 * @param sets columns that are written as sets
 * @param ttlAttribute holds the time of expiry, or empty
 * @param expiry seconds since 1970 for rows without one, 0 for none
 */
record ItemShape(
    String label,
    TableInfo table,
    StructType columns,
    List<String> sets,
    String ttlAttribute,
    long expiry)
    implements Serializable {

  /**
   * The row as an item; a column that is NULL has no attribute.
   *
   * @throws BadRow if DynamoDB has no such key or value
   */
  Map<String, AttributeValue> item(Row row) {
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    for (int i = 0; i < columns.length(); i++) {
      if (!row.isNullAt(i)) {
        StructField field = columns.fields()[i];
        try {
          item.put(field.name(), value(field, row.get(i)));
        } catch (IllegalArgumentException e) {
          throw new BadRow(
              "column '"
                  + field.name()
                  + "' of a row for "
                  + label
                  + " has "
                  + e.getMessage()
                  + ": "
                  + known(item),
              "Correct the row, or leave it out.");
        }
      }
    }
    if (expiry > 0) {
      item.putIfAbsent(ttlAttribute, lasting());
    }
    return item;
  }

  private String known(Map<String, AttributeValue> item) {
    Map<String, AttributeValue> key = new LinkedHashMap<>(item);
    key.keySet().retainAll(table.keyNames());
    return text(key);
  }

  private AttributeValue value(StructField field, Object value) {
    if (field.name().equals(ttlAttribute) && field.dataType() instanceof TimestampType) {
      return WriteValues.seconds(value);
    } else if (sets.contains(field.name())) {
      return WriteValues.set((ArrayType) field.dataType(), value);
    }
    return WriteValues.of(field.dataType(), value);
  }

  /**
   * The key of an item.
   *
   * @throws BadRow if a part of it is missing or empty
   */
  Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
    Map<String, AttributeValue> key = new LinkedHashMap<>();
    for (TableInfo.Key part : table.keys()) {
      String name = part.name();
      AttributeValue value = item.get(name);
      if (value == null || "".equals(value.s()) || isEmpty(value)) {
        String what = value == null ? "NULL" : "an empty value";
        throw new BadRow(
            "a row for "
                + label
                + " has "
                + what
                + " in its key: "
                + known(item)
                + " ('"
                + name
                + "')",
            "Give every row a key, or leave such rows out.");
      }
      // A number comes as text from RawKeys.
      boolean number = part.type().equals("N") && value.s() != null;
      key.put(name, number ? AttributeValue.fromN(value.s()) : value);
    }
    return key;
  }

  /**
   * Whether an item is there as this one says. A lifetime that it got by this write does not count:
   * an earlier attempt gave it another.
   */
  boolean isThere(Map<String, AttributeValue> there, Map<String, AttributeValue> item) {
    Map<String, AttributeValue> left = new LinkedHashMap<>(there);
    Map<String, AttributeValue> right = new LinkedHashMap<>(item);
    if (expiry > 0 && lasting().equals(item.get(ttlAttribute))) {
      left.remove(ttlAttribute);
      right.remove(ttlAttribute);
    }
    return ItemEquality.same(left, right);
  }

  private AttributeValue lasting() {
    return AttributeValue.fromN(Long.toString(expiry));
  }

  private static boolean isEmpty(AttributeValue value) {
    return value.b() != null && value.b().asByteArrayUnsafe().length == 0;
  }

  /** A key for messages, for example {@code {id=7, day=2024-05-01}}. */
  static String text(Map<String, AttributeValue> key) {
    Map<String, String> shown = new LinkedHashMap<>();
    key.forEach(
        (name, value) ->
            shown.put(
                name,
                value.s() != null
                    ? value.s()
                    : value.n() != null ? value.n() : value.type().toString()));
    return shown.toString();
  }
}
