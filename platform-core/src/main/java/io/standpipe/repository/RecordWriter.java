package io.standpipe.repository;

import io.standpipe.spi.WriteRequest;
import io.standpipe.storage.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes rows of records, or says which one cannot be stored. */
record RecordWriter(Storage storage, RecordMapping<?> mapping) {

  /**
   * The rows of the records.
   *
   * @throws RepositoryException if a record cannot be stored, or two have one key that the request
   *     needs
   */
  List<Row> rows(List<? extends Record> records, WriteRequest request) {
    List<Row> rows = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      rows.add(row(records, i));
    }
    if (request.mode().needsKeys()) {
      checkKeys(rows);
    }
    return rows;
  }

  private Row row(List<? extends Record> records, int index) {
    try {
      if (records.get(index) == null) {
        throw new BadValue("it is null", "Leave it out.");
      }
      return RowFactory.create(mapping.encode(records.get(index)));
    } catch (BadValue e) {
      throw RepositoryException.of(
          storage,
          "record "
              + (index + 1)
              + " of "
              + records.size()
              + shown(records.get(index))
              + " cannot be written: "
              + e.getMessage()
              + " Nothing was written.",
          e.getCause());
    }
  }

  /** The record's class and key; empty for null. */
  private String shown(Record owner) {
    if (owner == null) {
      return "";
    }
    List<String> keys =
        mapping.keys().stream()
            .map(key -> key.column() + "=" + RowText.abbreviate(key.of(owner)))
            .toList();
    return " (" + mapping.name() + (keys.isEmpty() ? ")" : " " + String.join(", ", keys) + ")");
  }

  private void checkKeys(List<Row> rows) {
    List<Component> keys = mapping.keys();
    int[] places = keys.stream().mapToInt(mapping.components()::indexOf).toArray();
    Map<List<Object>, Integer> seen = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      List<Object> key = new ArrayList<>(places.length);
      for (int place : places) {
        key.add(comparable(rows.get(i).get(place)));
      }
      Integer first = seen.putIfAbsent(key, i);
      if (first != null) {
        throw RepositoryException.of(
            storage,
            "records "
                + (first + 1)
                + " and "
                + (i + 1)
                + " have the same key "
                + RowText.of(mapping.components(), rows.get(i))
                + ". Keep one of them. Nothing was written.");
      }
    }
  }

  /** Equal where Spark finds the values equal. */
  private static Object comparable(Object value) {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    } else if (value instanceof Double number) {
      return number + 0.0;
    } else if (value instanceof Float number) {
      return number + 0.0f;
    }
    return value;
  }
}
