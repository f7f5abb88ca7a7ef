package io.standpipe.pipeline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import scala.collection.JavaConverters;

/** Counts tasks and rows per Spark job group. Spark calls it from its listener thread. */
final class TaskCounter extends SparkListener {
  private static final String JOB_GROUP = "spark.jobGroup.id";

  private final Map<Integer, Count> byStage = new ConcurrentHashMap<>();
  private final Map<String, Count> byGroup = new ConcurrentHashMap<>();

  /** The running count of a job group. */
  static final class Count {
    private final Runnable onChange;
    private int tasksDone;
    private int tasksKnown;
    private long rowsRead;
    private long rowsWritten;

    private Count(Runnable onChange) {
      this.onChange = onChange;
    }

    synchronized int tasksDone() {
      return tasksDone;
    }

    synchronized int tasksKnown() {
      return tasksKnown;
    }

    synchronized long rowsRead() {
      return rowsRead;
    }

    synchronized long rowsWritten() {
      return rowsWritten;
    }

    private synchronized void planned(int tasks) {
      tasksKnown += tasks;
    }

    private synchronized void ended(TaskMetrics metrics) {
      tasksDone++;
      if (metrics != null) {
        rowsRead += metrics.inputMetrics().recordsRead();
        rowsWritten += metrics.outputMetrics().recordsWritten();
      }
    }
  }

  /**
   * Starts to count for a job group. {@code onChange} is called in Spark's listener thread and must
   * be quick.
   */
  Count watch(String group, Runnable onChange) {
    return byGroup.computeIfAbsent(group, key -> new Count(onChange));
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    String group = start.properties() == null ? null : start.properties().getProperty(JOB_GROUP);
    Count count = group == null ? null : byGroup.get(group);
    if (count != null) {
      for (StageInfo stage : JavaConverters.seqAsJavaList(start.stageInfos())) {
        byStage.put(stage.stageId(), count);
        count.planned(stage.numTasks());
      }
      count.onChange.run();
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    Count count = byStage.get(end.stageId());
    if (count != null) {
      count.ended(end.taskMetrics());
      count.onChange.run();
    }
  }
}
