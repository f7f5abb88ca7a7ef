package io.standpipe.dynamodb;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What runs in a task: it writes the rows of a partition and returns their number. Repeating it has
 * the effect of once, and Spark returns the result of one attempt only, so counts are exact.
 *
 * @param sortedByKey whether rows of one key follow one another; then two of them are an error
 * @param unitsPerSecond what all tasks together may use, 0 for no limit
 * @param tasksAtOnce how many of them can run at a time at most
 */
record WriteTask(
    Access access,
    ItemShape shape,
    RowAction action,
    String condition,
    boolean sortedByKey,
    double unitsPerSecond,
    int tasksAtOnce)
    implements MapPartitionsFunction<Row, Long> {

  @Override
  public Iterator<Long> call(Iterator<Row> rows) {
    // No connection for an empty partition.
    return rows.hasNext() ? List.of(write(rows)).iterator() : Collections.emptyIterator();
  }

  private long write(Iterator<Row> rows) {
    try (Calls calls = access.open()) {
      // Only here it is known for sure into how many partitions Spark has cut the rows.
      int partitions = TaskContext.get().numPartitions();
      Pace pace = Pace.of(Units.ofTask(unitsPerSecond, partitions, tasksAtOnce));
      ItemWriter batches = new ItemWriter(calls, pace, shape);
      SingleWriter singles = new SingleWriter(calls, pace, shape);
      Map<String, AttributeValue> before = Map.of();
      long count = 0;
      while (rows.hasNext()) {
        Map<String, AttributeValue> item = shape.item(rows.next());
        Map<String, AttributeValue> key = shape.key(item);
        if (sortedByKey && key.equals(before)) {
          throw new BadRow(
              "more than one row with the key " + ItemShape.text(key) + " for " + calls.label(),
              "Make the keys unique, for example by keeping the newest row of each key.");
        }
        before = key;
        switch (action) {
          case PUT -> batches.put(key, item);
          case DELETE -> batches.delete(key);
          case UPDATE -> singles.update(key, item);
          case PUT_IF -> singles.putIf(key, item, condition);
        }
        count++;
      }
      batches.flush();
      return count;
    }
  }
}
