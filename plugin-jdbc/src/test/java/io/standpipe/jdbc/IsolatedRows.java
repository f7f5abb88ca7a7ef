package io.standpipe.jdbc;

import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A write that sets rows aside, and what it handed over. */
record IsolatedRows(WriteResult result, long refused, Dataset<Row> rows) {

  static IsolatedRows write(
      JdbcConnector connector, SparkSession session, Dataset<Row> rows, WriteRequest request) {
    List<IsolatedRows> taken = new ArrayList<>();
    WriteResult result =
        connector.writeIsolating(
            session,
            rows,
            request,
            (refused, count, sent) -> {
              if (count > sent) {
                throw new AssertionError(count + " rows of " + sent + " were refused");
              }
              // As Spark has them: a Java text cannot hold every one.
              taken.add(new IsolatedRows(null, count, refused.localCheckpoint()));
            });
    if (taken.size() > 1) {
      throw new AssertionError("refused rows were handed over " + taken.size() + " times");
    }
    return taken.isEmpty()
        ? new IsolatedRows(result, 0, session.emptyDataFrame())
        : new IsolatedRows(result, taken.get(0).refused(), taken.get(0).rows());
  }
}
