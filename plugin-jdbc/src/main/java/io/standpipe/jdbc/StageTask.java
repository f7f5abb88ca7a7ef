package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.collection.JavaConverters;

/**
 * What runs in a task: it brings the rows of a partition into the staging table, and returns the
 * attempt that it wrote them under and their number. Of the attempts of one partition Spark returns
 * the result of one only, and only the rows of that one are published.
 *
 * @param table the quoted name of the staging table
 * @param wires how the value of each column is sent
 */
record StageTask(
    ConnectionSettings settings,
    StageLoader loader,
    String table,
    List<String> columns,
    List<Wire> wires)
    implements MapPartitionsFunction<Row, Tuple2<Long, Long>> {

  /** How {@link TableWriter} made a value independent of Spark's date and time settings. */
  enum Wire {
    PLAIN,
    /** An integer, days since 1970. */
    DAYS,
    /** A long, microseconds since 1970 in UTC. */
    MICROS
  }

  @Override
  public Iterator<Tuple2<Long, Long>> call(Iterator<Row> rows) {
    return computed(rows::hasNext)
        ? List.of(stage(rows, TaskContext.get().taskAttemptId())).iterator()
        : Collections.emptyIterator();
  }

  /** Stages the rows under the attempt and returns it with their number. */
  Tuple2<Long, Long> stage(Iterator<Row> rows, long attempt) {
    try (Connection connection = settings.open();
        StageLoader.Load load = loader.start(connection, table, columns, attempt)) {
      long count = 0;
      while (computed(rows::hasNext)) {
        load.add(values(computed(rows::next)));
        count++;
      }
      load.finish();
      return new Tuple2<>(attempt, count);
    } catch (SQLException e) {
      throw new StageException(e);
    }
  }

  /** Spark's iterators throw checked exceptions undeclared: another database's is not ours. */
  private static <T> T computed(Callable<T> step) {
    try {
      return step.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("cannot compute a row: " + e.getMessage(), e);
    }
  }

  private Object[] values(Row row) {
    Object[] values = new Object[wires.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = row.get(i);
      if (value != null) {
        values[i] =
            switch (wires.get(i)) {
              case PLAIN -> plain(value);
              case DAYS -> LocalDate.ofEpochDay((Integer) value);
              case MICROS -> SqlLiteral.toInstant((Long) value).atOffset(ZoneOffset.UTC);
            };
      }
    }
    return values;
  }

  private static Object plain(Object value) {
    if (value instanceof scala.collection.Seq<?> sequence) {
      List<Object> list = new ArrayList<>();
      JavaConverters.seqAsJavaList(sequence)
          .forEach(element -> list.add(element == null ? null : plain(element)));
      return list;
    } else if (value instanceof Date date) {
      return date.toLocalDate();
    } else if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant().atOffset(ZoneOffset.UTC);
    } else if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value;
  }
}
