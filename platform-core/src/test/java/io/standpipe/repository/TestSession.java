package io.standpipe.repository;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.storage.Storage;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The session that the tests of a class share; it is stopped after them. */
final class TestSession implements AfterAllCallback {
  /** Other tests of the module need a JVM without a session. */
  @Override
  public void afterAll(ExtensionContext context) {
    session().stop();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }

  static SparkSession session() {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .appName("repository-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "Asia/Kolkata")
            .getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
    return session;
  }

  /** A session of its own configuration on the same Spark. */
  static SparkSession session(String key, String value) {
    SparkSession session = session().newSession();
    session.conf().set("spark.sql.session.timeZone", "Asia/Kolkata");
    session.conf().set(key, value);
    return session;
  }

  /** The connector as the storage {@code rows}. */
  static Storage storage(Connector connector) {
    return new Storage(
        "rows",
        "folder",
        connector,
        ErrorClassifier.none(),
        Thread.currentThread().getContextClassLoader());
  }

  /** A new storage of Parquet files somewhere below the folder. */
  static Storage emptyFolder(Path folder, StructType schema) {
    Path own = folder.resolve(UUID.randomUUID().toString());
    return storage(FolderConnector.empty(own, session(), schema));
  }
}
