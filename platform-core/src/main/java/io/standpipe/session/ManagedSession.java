package io.standpipe.session;

import io.standpipe.plugin.ContextClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark session and the knowledge who owns it. A session that was created here is stopped by
 * {@link #close()}; one that was handed in is left as it was.
 */
public final class ManagedSession implements AutoCloseable {
  private final SparkSession spark;
  private final Runnable onClose;

  private ManagedSession(SparkSession spark, Runnable onClose) {
    this.spark = spark;
    this.onClose = onClose;
  }

  /**
   * Builds a session. The thread context class loader is the plug-ins' union loader while it is
   * built: Spark keeps it for its executors and its look-ups.
   *
   * @throws SessionException if this JVM has a running Spark context already: Spark would silently
   *     share it
   */
  public static ManagedSession create(SessionSettings settings, ClassLoader loader) {
    return ContextClassLoader.call(
        loader,
        () -> {
          if (org.apache.spark.SparkContext$.MODULE$
              .getActive()
              .exists(context -> !context.isStopped())) {
            throw new SessionException(
                "This JVM runs a Spark context already, and Spark can have only one. Hand the session in instead"
                    + " (Platform.builder().session(spark)), or close its owner first.");
          }
          SparkSession.clearActiveSession();
          SparkSession.clearDefaultSession();
          SparkSession spark = builder(settings).getOrCreate();
          return new ManagedSession(spark, () -> ContextClassLoader.run(loader, () -> stop(spark)));
        });
  }

  private static void stop(SparkSession spark) {
    spark.stop();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }

  private static SparkSession.Builder builder(SessionSettings settings) {
    SparkSession.Builder builder =
        SparkSession.builder().master(settings.master()).appName(settings.appName());
    // The page of Spark costs start-up time; who wants it sets spark.ui.enabled.
    builder.config("spark.ui.enabled", "false");
    settings.conf().forEach(builder::config);
    if (!settings.local() && !settings.jars().isEmpty()) {
      String own =
          settings.jars().stream()
              .map(jar -> jar.toUri().toString())
              .collect(Collectors.joining(","));
      String users = settings.conf().getOrDefault("spark.jars", "");
      builder.config("spark.jars", users.isEmpty() ? own : users + "," + own);
    }
    return builder;
  }

  /**
   * Takes a session that somebody else made, after checking that it has what the storages need.
   *
   * @param missingJars JARs of plug-ins whose classes the session does not see
   * @throws SessionException if it lacks something; the message has the exact options to start it
   *     with
   */
  public static ManagedSession inject(
      SparkSession spark, SessionSettings settings, List<Path> missingJars) {
    List<String> lacking = new ArrayList<>();
    settings
        .conf()
        .forEach(
            (key, value) -> {
              String actual = spark.conf().getOption(key).getOrElse(() -> "");
              boolean fits =
                  key.equals(SessionSettings.EXTENSIONS)
                      ? containsAll(actual, value)
                      : actual.equals(value);
              if (!fits) {
                lacking.add("--conf " + key + "=" + value);
              }
            });
    if (!missingJars.isEmpty()) {
      lacking.add(
          "--jars " + missingJars.stream().map(Path::toString).collect(Collectors.joining(",")));
    }
    if (!lacking.isEmpty()) {
      throw new SessionException(
          "The Spark session that was handed in does not have what the storages need. Start it with: "
              + String.join(" ", lacking));
    }
    return new ManagedSession(spark, () -> {});
  }

  private static boolean containsAll(String actual, String wanted) {
    return Arrays.asList(actual.split(",")).containsAll(Arrays.asList(wanted.split(",")));
  }

  /** The session. */
  public SparkSession spark() {
    return spark;
  }

  /** Stops the session if it was created here. A second call does nothing. */
  @Override
  public void close() {
    onClose.run();
  }
}
