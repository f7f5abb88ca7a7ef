package io.standpipe.cassandra;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Lets the rows of a task through once. What adds to a value must not be done again: of a task that
 * failed nobody knows how many of its rows have been counted.
 *
 * @param label the table for messages
 */
record FirstAttempt(String label) implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TaskContext task = TaskContext.get();
    if (task.attemptNumber() > 0 || task.stageAttemptNumber() > 0) {
      throw new Problem.Refusal(
          "cannot append to "
              + label
              + ": a task was started again, and the counters of its rows may have been raised"
              + " already",
          "Look at the counters before anything is written again, and switch speculation off.");
    }
    return rows;
  }
}
