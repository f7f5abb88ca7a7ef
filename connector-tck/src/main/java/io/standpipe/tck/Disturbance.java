package io.standpipe.tck;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Something that happens once, in the first task that comes to a row. Local mode only: tasks are
 * threads. They have it by its name, because what travels to them is a copy.
 */
final class Disturbance implements AutoCloseable {
  private static final Map<String, Disturbance> WAITING = new ConcurrentHashMap<>();

  private final String name = Bench.fresh();
  private final Runnable action;
  private boolean over;

  Disturbance(Runnable action) {
    this.action = action;
    WAITING.put(name, this);
  }

  /** The rows; it happens when a task comes to this one of them. */
  Dataset<Row> at(Dataset<Row> rows, long id) {
    String key = name;
    return Faults.with(
        rows,
        each -> {
          if (each == id) {
            happen(key);
          }
          return true;
        });
  }

  /** Runs through the rows; it happens when the first of them arrives. */
  void atFirst(Dataset<Row> rows) {
    String key = name;
    rows.foreach((ForeachFunction<Row>) row -> happen(key));
  }

  private static void happen(String name) {
    Disturbance waiting = WAITING.get(name);
    if (waiting != null) {
      waiting.once();
    }
  }

  private synchronized void once() {
    if (!over) {
      over = true;
      action.run();
    }
  }

  /** Returns when it happens no more: if it has begun, it is through by then. */
  @Override
  public synchronized void close() {
    over = true;
    WAITING.remove(name);
  }
}
