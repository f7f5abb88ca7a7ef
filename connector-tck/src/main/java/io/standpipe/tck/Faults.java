package io.standpipe.tck;

import static org.apache.spark.sql.functions.col;

import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Rows that cause trouble when a task comes to one of them. Local mode only: tasks are threads. */
final class Faults {
  private static final Object LOCK = new Object();

  /** What happens with the next row that is waited for; guarded by the lock. */
  private static Optional<Runnable> action = Optional.empty();

  private Faults() {}

  /** The task that comes to this row fails, however often it is tried. */
  static Dataset<Row> failing(Dataset<Row> rows, long id) {
    return with(
        rows,
        each -> {
          if (each == id) {
            throw new IllegalStateException("the task fails at row " + id);
          }
          return true;
        });
  }

  /** The task that comes to this row fails when it is tried the first time. */
  static Dataset<Row> failingOnce(Dataset<Row> rows, long id) {
    return with(
        rows,
        each -> {
          if (each == id && TaskContext.get().attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt fails at row " + id);
          }
          return true;
        });
  }

  /** Something happens once, when the first task comes to this row. */
  static Dataset<Row> disturbing(Dataset<Row> rows, long id, Runnable disturbance) {
    expect(Optional.of(disturbance));
    return with(
        rows,
        each -> {
          if (each == id) {
            disturb();
          }
          return true;
        });
  }

  /** Runs through rows, and something happens once, when the first of them arrives. */
  static void onFirstRow(Dataset<Row> rows, Runnable disturbance) {
    expect(Optional.of(disturbance));
    rows.foreach(
        (ForeachFunction<Row>)
            row -> {
              disturb();
            });
  }

  /** Returns when nothing happens any more: a disturbance that has begun is through by then. */
  static void settle() {
    expect(Optional.empty());
  }

  private static void expect(Optional<Runnable> next) {
    synchronized (LOCK) {
      action = next;
    }
  }

  private static void disturb() {
    synchronized (LOCK) {
      Optional<Runnable> now = action;
      action = Optional.empty();
      now.ifPresent(Runnable::run);
    }
  }

  private static Dataset<Row> with(Dataset<Row> rows, UDF1<Long, Boolean> check) {
    return rows.filter(
        functions.udf(check, DataTypes.BooleanType).asNondeterministic().apply(col("id")));
  }
}
