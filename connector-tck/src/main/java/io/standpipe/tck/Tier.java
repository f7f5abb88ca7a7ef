package io.standpipe.tck;

import io.standpipe.tck.server.ForkedServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where Spark's tasks run. A JVM has one Spark, so each tier is a test run of its own. */
enum Tier {
  /** As threads of the test. */
  LOCAL,
  /** In processes of their own, with nothing but Spark and what the platform sends them. */
  CLUSTER;

  private static final String PREFIX = "conformance.";
  private static final String PROPERTY = PREFIX + "tier";

  /** How properties begin that are settings of the session. */
  private static final String SETTING = PREFIX + "spark.";

  private static final Path WAREHOUSE = ForkedServer.folder("warehouse");
  private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  /** The tier of this test run, by default the local one. */
  static Tier current() {
    return valueOf(System.getProperty(PROPERTY, "local").toUpperCase(Locale.ROOT));
  }

  /** Whether a behaviour is looked at in this tier. */
  boolean has(Behaviour behaviour) {
    return has(behaviour.variant());
  }

  /** As {@link #has(Behaviour)}, by the behaviour's case. */
  boolean has(String variant) {
    return variant.equals("cluster") == (this == CLUSTER);
  }

  /** The section {@code spark} of configurations; starts a cluster if there has to be one. */
  Map<String, Object> spark() {
    Map<String, Object> conf =
        new TreeMap<>(
            Map.of(
                "spark.ui.enabled", "false",
                "spark.sql.shuffle.partitions", "2",
                "spark.sql.session.timeZone", "Asia/Kolkata",
                // As Spark writes it: sessions that are handed in are compared with what is asked
                // for.
                "spark.sql.warehouse.dir", "file:" + WAREHOUSE));
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(SETTING))
        .forEach(name -> conf.put(name.substring(PREFIX.length()), System.getProperty(name)));
    // In local mode a task is tried again, as on a cluster.
    String master = "local[2,2]";
    if (this == CLUSTER) {
      master = Cluster.STARTED.master();
      conf.put("spark.executor.memory", "600m");
      conf.put("spark.executor.extraJavaOptions", QUICK);
      conf.put("spark.driver.host", "127.0.0.1");
      conf.put("spark.driver.bindAddress", "127.0.0.1");
    }
    return Map.of("master", master, "appName", "conformance", "conf", conf);
  }

  /** Started with the first use, for all suites of this JVM. */
  private static final class Cluster {
    static final StandaloneCluster STARTED = start();

    private static StandaloneCluster start() {
      try {
        Path folder = ForkedServer.folder("cluster");
        String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
        StandaloneCluster cluster =
            StandaloneCluster.start(
                folder,
                Stream.of(classPath).filter(it -> it.endsWith(".jar")).map(Path::of).toList());
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "conformance-cluster"));
        return cluster;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
