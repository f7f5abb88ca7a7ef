package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Action;
import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.WriteRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Iterator;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Upserts rows of which half have keys that the table has: against {@code INSERT ... ON CONFLICT}
 * in rewritten batches from Spark's tasks.
 */
record PostgresUpsert(Jobs jobs) implements Benchmark {

  @Override
  public String name() {
    return "postgres-upsert";
  }

  @Override
  public void run(Figures figures) throws Exception {
    try (PostgresBench bench = PostgresBench.open(jobs)) {
      bench.storage().inSpark(spark -> compare(bench, spark, figures));
    }
  }

  private void compare(PostgresBench bench, SparkSession spark, Figures figures) throws Exception {
    long rows = PostgresBench.ROWS;
    bench.fill(spark, ", PRIMARY KEY (id)");
    bench.server().execute("DROP TABLE IF EXISTS before", "CREATE TABLE before AS TABLE target");
    Dataset<Row> changes = SampleRows.of(spark, bench.storage().folder(), rows / 2, rows);
    Action ours = () -> bench.storage().write(spark, changes, WriteRequest.upsert("id"));
    String url = bench.server().url() + "&reWriteBatchedInserts=true";
    Action theirs = () -> changes.foreachPartition(new Batches(url, 1_000));
    new Comparison(name(), "insert-on-conflict", job(bench, ours), job(bench, theirs)).run(figures);
  }

  private static Job job(PostgresBench bench, Action action) {
    return Job.of(
            () -> {
              bench.recreate(", PRIMARY KEY (id)");
              bench
                  .server()
                  .execute(
                      "INSERT INTO target TABLE before", "VACUUM ANALYZE target", "CHECKPOINT");
            },
            action)
        .then(() -> bench.requireRows(PostgresBench.ROWS / 2 + PostgresBench.ROWS));
  }

  /** What one would write by hand: a transaction per task, batches of statements. */
  private record Batches(String url, int size) implements ForeachPartitionFunction<Row> {
    private static final String SQL =
        "INSERT INTO target ("
            + SampleRows.COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET amount ="
            + " EXCLUDED.amount, name = EXCLUDED.name, at = EXCLUDED.at, active ="
            + " EXCLUDED.active, price = EXCLUDED.price";

    @Override
    public void call(Iterator<Row> rows) throws Exception {
      try (Connection connection = DriverManager.getConnection(url);
          PreparedStatement statement = connection.prepareStatement(SQL)) {
        connection.setAutoCommit(false);
        int waiting = 0;
        while (rows.hasNext()) {
          Row row = rows.next();
          statement.setLong(1, row.getLong(0));
          statement.setDouble(2, row.getDouble(1));
          statement.setString(3, row.getString(2));
          statement.setTimestamp(4, row.getTimestamp(3));
          statement.setBoolean(5, row.getBoolean(4));
          statement.setBigDecimal(6, row.getDecimal(5));
          statement.addBatch();
          if (++waiting == size) {
            statement.executeBatch();
            waiting = 0;
          }
        }
        statement.executeBatch();
        connection.commit();
      }
    }
  }
}
