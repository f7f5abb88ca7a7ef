package io.standpipe.hudi;

import java.sql.Timestamp;
import java.util.List;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The timeline of a table as rows. */
final class HudiHistory {
  private static final StructType SCHEMA =
      StructType.fromDDL("version BIGINT, timestamp TIMESTAMP, operation STRING, rows BIGINT");

  private HudiHistory() {}

  static Dataset<Row> of(OpenTable table, SparkSession session) {
    List<Row> rows = table.completed().stream().map(instant -> row(table, instant)).toList();
    return session.createDataFrame(rows, SCHEMA);
  }

  private static Row row(OpenTable table, HoodieInstant instant) {
    Long version = Long.valueOf(instant.requestedTime());
    Timestamp time = Timestamp.from(table.time(instant));
    if (!OpenTable.isCommit(instant)) {
      return RowFactory.create(version, time, instant.getAction(), null);
    }
    Commit commit = table.commit(instant);
    return RowFactory.create(
        version, time, commit.metadata().getOperationType().value(), commit.rows());
  }
}
