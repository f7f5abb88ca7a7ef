package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.session.SessionException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A Java program that runs a pipeline in a session of its own. */
public final class SessionProgram {
  private SessionProgram() {}

  /**
   * @param arguments configuration, pipeline, folder of the plug-ins
   */
  public static void main(String[] arguments) {
    try (SparkSession spark = SparkSession.builder().appName("own").getOrCreate()) {
      try (Platform platform =
          Platform.builder()
              .configuration(ConfigurationSource.of(Path.of(arguments[0])))
              .pluginDirectories(List.of(Path.of(arguments[2])))
              .session(spark)
              .open()) {
        Plan plan = platform.plan(Path.of(arguments[1]));
        RunReport report = platform.run(plan, platform.newRunId(plan), new RunListener() {});
        System.out.println("succeeded: " + report.succeeded());
      } catch (SessionException e) {
        System.out.println(e.getMessage());
      }
      System.out.println("rows after the platform: " + spark.range(3).count());
    }
  }
}
