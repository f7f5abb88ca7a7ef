package io.standpipe.jdbc;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.spark.Dependency;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.ActiveJob;
import org.apache.spark.scheduler.Stage;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.execution.datasources.v2.DataSourceRDD;
import org.apache.spark.sql.execution.datasources.v2.DataSourceRDDPartition;
import scala.collection.JavaConverters;

/**
 * Which jobs run at this moment; to be asked where Spark submits stages, because nobody else may
 * look at them.
 */
final class RunningJobs {
  private RunningJobs() {}

  /** The jobs with a running stage that reads one of these very partitions, else all jobs. */
  static Set<Integer> reading(SparkContext context, Set<InputPartition> partitions) {
    Set<Integer> jobs = new HashSet<>();
    for (Stage stage : java(context.dagScheduler().runningStages())) {
      if (reads(stage.rdd(), partitions)) {
        java(stage.jobIds()).forEach(job -> jobs.add((Integer) job));
      }
    }
    if (jobs.isEmpty()) {
      for (ActiveJob job : java(context.dagScheduler().activeJobs())) {
        jobs.add(job.jobId());
      }
    }
    return jobs;
  }

  private static boolean reads(RDD<?> last, Set<InputPartition> partitions) {
    Set<RDD<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<RDD<?>> open = new ArrayDeque<>();
    open.add(last);
    while (!open.isEmpty()) {
      RDD<?> rdd = open.remove();
      if (rdd instanceof DataSourceRDD && hasOne(rdd, partitions)) {
        return true;
      } else if (seen.add(rdd)) {
        for (Dependency<?> dependency :
            JavaConverters.seqAsJavaListConverter(rdd.dependencies()).asJava()) {
          if (!(dependency instanceof ShuffleDependency)) {
            open.add(dependency.rdd());
          }
        }
      }
    }
    return false;
  }

  private static boolean hasOne(RDD<?> rdd, Set<InputPartition> partitions) {
    return Arrays.stream(rdd.partitions())
        .map(partition -> ((DataSourceRDDPartition) partition).inputPartitions())
        .flatMap(inputs -> JavaConverters.seqAsJavaListConverter(inputs).asJava().stream())
        .anyMatch(partitions::contains);
  }

  private static <T> Collection<T> java(scala.collection.mutable.Set<T> set) {
    return JavaConverters.mutableSetAsJavaSetConverter(set).asJava();
  }
}
