package io.standpipe.builtin;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The session that the tests of a class share; it is stopped after them. */
final class Spark implements AfterAllCallback {
  private static SparkSession session;

  /** Stops the session: other tests of the module need a JVM without one. */
  @Override
  public void afterAll(ExtensionContext context) {
    synchronized (Spark.class) {
      session().stop();
      SparkSession.clearActiveSession();
      SparkSession.clearDefaultSession();
    }
  }

  static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .config("spark.ui.enabled", "false")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "Europe/Warsaw")
              .config("spark.sql.warehouse.dir", "target/warehouse")
              .getOrCreate();
      session.sparkContext().setLogLevel("WARN");
    }
    return session;
  }

  static Dataset<Row> sql(String query) {
    return session().sql(query);
  }

  /** The rows as text, sorted: Spark promises no order. */
  static List<String> rows(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().collect(Collectors.toList());
  }
}
