package io.standpipe.dynamodb;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** How many capacity units a read or write may use in a second, all its tasks together. */
final class Units {
  private Units() {}

  /** For a read on this way; 0 without limit. */
  static double ofRead(DynamoDbConfig config, TableInfo.Path path) {
    return config
        .readFraction()
        .map(share -> share * provisioned(config, "read", path.readUnits()))
        .orElseGet(() -> config.readUnits().orElse(0).doubleValue());
  }

  /** For a write; 0 without limit. */
  static double ofWrite(DynamoDbConfig config, TableInfo table) {
    return config
        .writeFraction()
        .map(share -> share * provisioned(config, "write", table.writeUnits()))
        .orElseGet(() -> config.writeUnits().orElse(0).doubleValue());
  }

  /** What each task may use of the units of all: as many share them as run at a time. */
  static double ofTask(double units, int partitions, int tasksAtOnce) {
    return units / Math.max(1, Math.min(partitions, tasksAtOnce));
  }

  /**
   * How many tasks the session can run at once at most. Executors that have not come yet count as
   * far as they are known, else there is no bound: a limit is kept rather than made full use of.
   */
  static int tasksAtOnce(SparkSession session) {
    SparkContext spark = session.sparkContext();
    SparkConf settings = spark.getConf();
    int running =
        spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
    boolean dynamic = settings.getBoolean("spark.dynamicAllocation.enabled", false);
    long executors =
        dynamic
            ? settings.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE)
            : settings.getInt("spark.executor.instances", 0);
    long expected =
        executors
            * settings.getInt("spark.executor.cores", 1)
            / settings.getInt("spark.task.cpus", 1);
    long most = Math.max(running, expected);
    return most == 0 ? Integer.MAX_VALUE : (int) Math.min(most, Integer.MAX_VALUE);
  }

  private static long provisioned(DynamoDbConfig config, String what, long units) {
    if (units == 0) {
      throw new Refusal(
          "cannot use '" + what + "Fraction' for " + config.label() + ": its capacity is on demand",
          "Set '" + what + "Units' instead.");
    }
    return units;
  }
}
