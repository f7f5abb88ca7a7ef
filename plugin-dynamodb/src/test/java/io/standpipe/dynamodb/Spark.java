package io.standpipe.dynamodb;

import io.standpipe.tck.server.DynamoDbServer;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;

/** The Spark session and the server of all tests. */
final class Spark {
  static final SparkSession SESSION = build();

  /** Each test has tables of its own. */
  static final DynamoDbServer SERVER = DynamoDbServer.start();

  private Spark() {}

  static Dataset<Row> sql(String text) {
    return SESSION.sql(text);
  }

  /** The rows as text, sorted; binary values as numbers in base 16. */
  static List<String> sorted(Dataset<Row> rows) {
    Dataset<Row> shown = rows;
    for (StructField field : rows.schema().fields()) {
      if (field.dataType() instanceof BinaryType) {
        shown = shown.withColumn(field.name(), functions.hex(functions.col(field.name())));
      }
    }
    return shown.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  private static SparkSession build() {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "Europe/Warsaw")
            .getOrCreate();
    // Spark reports every provoked failure of a task several times.
    session.sparkContext().setLogLevel("OFF");
    return session;
  }
}
