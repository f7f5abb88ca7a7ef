package io.standpipe.tck;

import io.standpipe.Platform;
import io.standpipe.session.SessionException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The one Spark session of all suites in this JVM, and the platform that made it, as it makes one
 * for a user. It stops with the JVM.
 *
 * <p>A suite whose connector needs something of the session that it does not have gets a new one,
 * with all that was asked for so far; {@link ConnectorConformance#beside()} saves that.
 */
final class SharedSession {
  private static final Map<String, Object> STORAGES = new LinkedHashMap<>();
  private static Platform owner;

  private SharedSession() {}

  /**
   * The session.
   *
   * @param folder where configuration files may be written
   * @param storages sections by name that must work in it
   */
  static synchronized SparkSession with(Path folder, Map<String, Object> storages) {
    STORAGES.putAll(storages);
    if (owner == null || !fits(folder, storages)) {
      close();
      owner = open(folder, STORAGES).open();
      Runtime.getRuntime().addShutdownHook(new Thread(SharedSession::close, "conformance-close"));
    }
    return spark();
  }

  private static boolean fits(Path folder, Map<String, Object> storages) {
    try (Platform guest = open(folder, storages).session(spark()).open()) {
      return guest.withSpark(spark -> true);
    } catch (SessionException lacking) {
      return false;
    }
  }

  private static Platform.Builder open(Path folder, Map<String, Object> storages) {
    return Configurations.platform(Configurations.file(folder, storages));
  }

  private static SparkSession spark() {
    return owner.withSpark(
        spark -> {
          // Spark reports every provoked failure of a task several times.
          spark.sparkContext().setLogLevel("OFF");
          // Its catalog is loaded with the first use, from the plug-ins of whoever that is.
          var unused = spark.catalog().tableExists("nothing");
          return spark;
        });
  }

  private static synchronized void close() {
    if (owner != null) {
      owner.close();
      owner = null;
    }
  }
}
