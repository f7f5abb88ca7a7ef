package io.standpipe.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/** Counts tasks and rows per Spark job group. Spark calls it from its listener thread. */
final class TaskCounter extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(TaskCounter.class);
  private static final String JOB_GROUP = "spark.jobGroup.id";

  private final Map<Integer, Count> byStage = new ConcurrentHashMap<>();
  private final Map<Integer, List<Integer>> stagesOfJob = new ConcurrentHashMap<>();
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

  /** Spark tells its listeners late; the counts are complete once its queue is empty. */
  static void drain(SparkContext spark) {
    try {
      spark.listenerBus().waitUntilEmpty(Duration.ofSeconds(10).toMillis());
    } catch (TimeoutException e) {
      LOG.warn(
          "Spark's listener queue did not empty in 10 s; the row counts of the report may be too low");
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
      List<Integer> stages = new ArrayList<>();
      for (StageInfo stage : JavaConverters.seqAsJavaList(start.stageInfos())) {
        stages.add(stage.stageId());
        byStage.put(stage.stageId(), count);
        count.planned(stage.numTasks());
      }
      stagesOfJob.put(start.jobId(), stages);
      count.onChange.run();
    }
  }

  /** A stream runs jobs without end. */
  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    stagesOfJob.getOrDefault(end.jobId(), List.of()).forEach(byStage::remove);
    stagesOfJob.remove(end.jobId());
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
