package io.standpipe.delta;

import io.standpipe.spi.SessionNeeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.ShutdownHookManager;

/** The Spark session of all tests, made from what the connector says that it needs. */
final class DeltaSession {
  private static final SparkSession SESSION = build();

  private DeltaSession() {}

  static SparkSession get() {
    return SESSION;
  }

  static Dataset<Row> sql(String text) {
    return SESSION.sql(text);
  }

  /** The rows as text, sorted. */
  static List<String> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  private static SparkSession build() {
    SessionNeeds needs = new DeltaConnector(DeltaConfig.ofPath("/nowhere")).sessionNeeds();
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", folder().toString())
            .config("spark.sql.extensions", String.join(",", needs.extensions()));
    needs.catalogs().forEach((name, type) -> builder.config("spark.sql.catalog." + name, type));
    needs.defaults().forEach(builder::config);
    needs.conf().forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    // Spark reports every provoked failure of a task several times.
    session.sparkContext().setLogLevel("OFF");
    return session;
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("delta-warehouse");
      // Spark's own hook for folders that go with the JVM.
      ShutdownHookManager.registerShutdownDeleteDir(folder.toFile());
      return folder;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
