package io.standpipe.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.Map$;

class FirstAttemptTest {
  private final FirstAttempt once = new FirstAttempt("Cassandra table 'k.t'");

  private static void task(int stageAttempt, int attempt) {
    TaskContext$.MODULE$.setTaskContext(
        new TaskContextImpl(
            1,
            stageAttempt,
            0,
            7,
            attempt,
            1,
            null,
            new Properties(),
            null,
            TaskMetrics.empty(),
            1,
            Map$.MODULE$.empty()));
  }

  @AfterEach
  void noTask() {
    TaskContext$.MODULE$.unset();
  }

  @Test
  void rows_ofATaskThatRunsAgain_areRefused() {
    Iterator<Row> rows = List.of(RowFactory.create(1)).iterator();
    task(0, 0);
    assertThat(once.call(rows)).isSameAs(rows);
    for (int[] again : new int[][] {{0, 1}, {1, 0}}) {
      task(again[0], again[1]);
      assertThatThrownBy(() -> once.call(rows))
          .isInstanceOf(Problem.Refusal.class)
          .hasMessage(
              "cannot append to Cassandra table 'k.t': a task was started again, and the counters"
                  + " of its rows may have been raised already. Look at the counters before anything"
                  + " is written again, and switch speculation off.");
    }
  }
}
