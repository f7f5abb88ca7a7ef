package io.standpipe.hudi;

import io.standpipe.spi.SessionNeeds;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark session of all tests, made from what the connector says that it needs. A task that
 * fails is tried once more.
 */
final class HudiSession {
  private static final SparkSession SESSION = build();

  private HudiSession() {}

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
    SessionNeeds needs = new HudiConnector(Configs.at(Path.of("/nowhere")).build()).sessionNeeds();
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2,2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.extensions", String.join(",", needs.extensions()));
    needs.defaults().forEach(builder::config);
    needs.conf().forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    // Spark reports every provoked failure of a task several times.
    session.sparkContext().setLogLevel("OFF");
    return session;
  }
}
