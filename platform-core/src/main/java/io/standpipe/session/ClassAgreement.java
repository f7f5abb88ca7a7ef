package io.standpipe.session;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Finds out whether a session that somebody else made uses the classes that we use, on the driver,
 * in tasks, and in what tasks return. Where they differ, reads work and writes fail: the commit
 * messages of tasks belong to another copy of their class.
 */
final class ClassAgreement {
  private ClassAgreement() {}

  /** Why the session has another class of this name or none; empty if it has this one. */
  static Optional<String> breach(SparkSession spark, Class<?> type) {
    try {
      Class<?> found = Class.forName(type.getName(), false, spark.sharedState().jarClassLoader());
      return found == type ? throughTask(spark, type) : Optional.of(anotherCopy(found));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of("the driver lacks the class " + type.getName());
    }
  }

  /**
   * A task gets the class as its data and returns it. Classes travel by name, so that it is looked
   * up in the task and again for the result. No class of ours runs, which executors would lack.
   */
  private static Optional<String> throughTask(SparkSession spark, Class<?> type) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Class<?>> back;
    try {
      back = context.parallelize(List.<Class<?>>of(type), 1).collect();
    } catch (Exception e) {
      // Spark throws checked exceptions that its Java methods do not declare.
      if (aboutClasses(e)) {
        return Optional.of("tasks lack the class " + type.getName() + " or have another copy");
      }
      throw new SessionException(
          "The Spark session that was handed in cannot run a task: " + e.getMessage(), e);
    }
    return back.get(0) == type ? Optional.empty() : Optional.of(anotherCopy(back.get(0)));
  }

  /** A task's error arrives as text. */
  private static boolean aboutClasses(Throwable error) {
    for (Throwable link = error; link != null; link = link.getCause()) {
      String text = String.valueOf(link);
      if (link instanceof LinkageError
          || text.contains("ClassNotFoundException")
          || text.contains("NoClassDefFoundError")
          || text.contains("ClassCastException")) {
        return true;
      }
    }
    return false;
  }

  private static String anotherCopy(Class<?> type) {
    return "the session has another copy of the class " + type.getName();
  }
}
