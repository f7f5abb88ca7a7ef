package io.standpipe.jdbc;

import java.sql.SQLException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * What runs in a task: it brings the rows of a partition into the staging table, and returns the
 * attempt that it wrote them under and their number. Of the attempts of one partition Spark returns
 * the result of one only, and only the rows of that one are published.
 */
record StageTask(ConnectionSettings settings, StageLoader loader, StageLoader.Stage stage)
    implements FlatMapFunction<Iterator<InternalRow>, Tuple2<Long, Long>> {

  @Override
  public Iterator<Tuple2<Long, Long>> call(Iterator<InternalRow> rows) {
    return computed(rows::hasNext)
        ? List.of(stage(rows, TaskContext.get().taskAttemptId())).iterator()
        : Collections.emptyIterator();
  }

  /** Stages the rows under the attempt and returns it with their number. */
  Tuple2<Long, Long> stage(Iterator<InternalRow> rows, long attempt) {
    try {
      return new Tuple2<>(
          attempt,
          settings.use(
              connection -> send(loader.start(connection, stage, OptionalLong.of(attempt)), rows)));
    } catch (SQLException e) {
      throw new StageException(e);
    }
  }

  /** Loads all rows and returns their number. */
  static long send(StageLoader.Load start, Iterator<InternalRow> rows) throws SQLException {
    try (StageLoader.Load load = start) {
      long count = 0;
      while (computed(rows::hasNext)) {
        load.add(computed(rows::next));
        count++;
      }
      load.finish();
      return count;
    }
  }

  /** Spark's iterators throw checked exceptions undeclared: another database's is not ours. */
  static <T> T computed(Callable<T> step) {
    try {
      return step.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("cannot compute a row: " + e.getMessage(), e);
    }
  }
}
