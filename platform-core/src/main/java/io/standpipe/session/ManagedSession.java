package io.standpipe.session;

import io.standpipe.plugin.ContextClassLoader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark session and the knowledge who owns it. A session that was created here is stopped by
 * {@link #close()}; one that was handed in is left as it was.
 */
public final class ManagedSession implements AutoCloseable {
  /** Of the module that Spark's own distribution lacks, so that executors lack it, too. */
  private static final String AVRO = "org.apache.spark.sql.avro.AvroFileFormat";

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
          // Made with the first use, it takes the context class loader of that moment, for ever.
          var unused = spark.sharedState();
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
    settings.defaults().forEach(builder::config);
    settings.conf().forEach(builder::config);
    if (!settings.local()) {
      builder.config(SessionRequest.JARS, String.join(",", jars(settings)));
    }
    return builder;
  }

  /** What the user names, then our own that executors lack. */
  private static Set<String> jars(SessionSettings settings) {
    Set<String> jars = new LinkedHashSet<>();
    Set<Path> known = new HashSet<>();
    for (String jar : SessionRequest.split(settings.conf().get(SessionRequest.JARS))) {
      jars.add(jar);
      localFile(jar).ifPresent(known::add);
    }
    Stream.concat(
            settings.jars().stream(),
            SharedJar.of(AVRO, ManagedSession.class.getClassLoader()).stream())
        .map(jar -> jar.file().toAbsolutePath().normalize())
        .filter(known::add)
        .forEach(file -> jars.add(file.toUri().toString()));
    return jars;
  }

  private static Optional<Path> localFile(String jar) {
    try {
      URI uri = new URI(jar);
      boolean local = uri.getScheme() == null || uri.getScheme().equals("file");
      return Optional.ofNullable(uri.getPath())
          .filter(path -> local)
          .map(path -> Path.of(path).toAbsolutePath().normalize());
    } catch (URISyntaxException e) {
      // Spark says what is wrong with it.
      return Optional.empty();
    }
  }

  /**
   * Takes a session that somebody else made, after checking that it has what the storages need and
   * that driver and executors share the classes of the plug-ins.
   *
   * @throws SessionException if it lacks something; the message has the exact options to start it
   *     with
   */
  public static ManagedSession inject(SparkSession spark, SessionSettings settings) {
    List<String> lacking = new ArrayList<>();
    settings
        .conf()
        .forEach(
            (key, value) -> {
              if (!key.equals(SessionRequest.JARS) && !fits(key, actual(spark, key), value)) {
                lacking.add("--conf " + key + "=" + value);
              }
            });
    List<String> reasons = new ArrayList<>();
    Set<String> jars = new LinkedHashSet<>(missingJars(spark, settings));
    for (SharedJar jar : settings.jars()) {
      ClassAgreement.breach(spark, jar.witness())
          .ifPresent(
              reason -> {
                reasons.add(reason);
                jars.add(jar.file().toString());
              });
    }
    if (!jars.isEmpty()) {
      lacking.add("--jars " + String.join(",", jars));
    }
    if (!lacking.isEmpty()) {
      throw new SessionException(
          "The Spark session that was handed in does not have what the storages need"
              + (reasons.isEmpty() ? "" : " (" + reasons.get(0) + ")")
              + ". Start it with: "
              + String.join(" ", lacking));
    }
    return new ManagedSession(spark, () -> {});
  }

  private static String actual(SparkSession spark, String key) {
    return spark.conf().getOption(key).getOrElse(() -> "");
  }

  private static boolean fits(String key, String actual, String wanted) {
    return key.equals(SessionSettings.EXTENSIONS)
        ? SessionRequest.split(actual).containsAll(SessionRequest.split(wanted))
        : actual.equals(wanted);
  }

  /** The JARs that the configuration names and the session was not started with. */
  private static List<String> missingJars(SparkSession spark, SessionSettings settings) {
    Set<Object> present = new HashSet<>();
    SessionRequest.split(actual(spark, SessionRequest.JARS))
        .forEach(jar -> present.add(identity(jar)));
    return SessionRequest.split(settings.conf().get(SessionRequest.JARS)).stream()
        .filter(jar -> !present.contains(identity(jar)))
        .toList();
  }

  /** A file is one and the same, whether it is named by a path or by a URI. */
  private static Object identity(String jar) {
    return localFile(jar).<Object>map(path -> path).orElse(jar);
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
