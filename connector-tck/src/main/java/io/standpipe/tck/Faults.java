package io.standpipe.tck;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Rows that cause trouble when a task comes to one of them. Local mode only: tasks are threads. */
final class Faults {
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

  /** The rows, of which each is looked at by its {@code id} when a task comes to it. */
  static Dataset<Row> with(Dataset<Row> rows, UDF1<Long, Boolean> check) {
    return rows.filter(
        functions.udf(check, DataTypes.BooleanType).asNondeterministic().apply(col("id")));
  }
}
