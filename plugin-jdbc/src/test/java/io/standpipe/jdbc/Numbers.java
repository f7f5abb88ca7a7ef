package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Rows with the one column {@code id}. */
final class Numbers {
  private Numbers() {}

  static Dataset<Row> numbers(long from, long to) {
    return SPARK.range(from, to, 1, 4).toDF("id");
  }

  static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  /** The ids that a table has, in order. */
  static List<Long> in(JdbcConnector connector) {
    return connector.read(SPARK).select("id").collectAsList().stream()
        .map(row -> row.getLong(0))
        .sorted()
        .toList();
  }

  /** Says, in a task, whether this attempt fails. */
  @FunctionalInterface
  interface Failure extends MapFunction<Integer, Boolean> {}

  /** Rows of which the last partition fails after its rows, for those attempts. */
  static Dataset<Row> failing(Dataset<Row> rows, Failure failure) {
    MapPartitionsFunction<Row, Long> function =
        input -> {
          List<Long> values = new ArrayList<>();
          input.forEachRemaining(row -> values.add(row.getLong(0)));
          Iterator<Long> iterator = values.iterator();
          TaskContext task = TaskContext.get();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              try {
                if (!iterator.hasNext()
                    && task.partitionId() == 3
                    && failure.call(task.attemptNumber())) {
                  throw new IllegalStateException("out of order");
                }
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return iterator.hasNext();
            }

            @Override
            public Long next() {
              return iterator.next();
            }
          };
        };
    return rows.mapPartitions(function, Encoders.LONG()).toDF("id");
  }
}
