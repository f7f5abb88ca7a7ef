package io.standpipe.cassandra;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.util.QueryExecutionListener;

/**
 * Counts the rows of a write in its own pass, which the writer of the Spark Cassandra Connector
 * does not. Repeated tasks are not counted twice.
 */
final class RowCount implements QueryExecutionListener, AutoCloseable {
  /** Spark tells after the write; this is how long it may take at most. */
  private static final long PATIENCE_SECONDS = 10;

  private final SparkSession session;
  private final String name = "standpipe-cassandra-rows-" + UUID.randomUUID();
  private final CompletableFuture<Long> count = new CompletableFuture<>();

  RowCount(SparkSession session) {
    this.session = session;
    session.listenerManager().register(this);
  }

  /** The same rows, counted when they are written. */
  Dataset<Row> counted(Dataset<Row> rows) {
    return rows.observe(name, functions.count(functions.lit(1)));
  }

  @Override
  public void onSuccess(String function, QueryExecution execution, long nanoseconds) {
    scala.Option<Row> metrics = execution.observedMetrics().get(name);
    if (metrics.isDefined()) {
      count.complete(metrics.get().getLong(0));
    }
  }

  @Override
  public void onFailure(String function, QueryExecution execution, Exception error) {
    // The write throws the error itself.
  }

  /** The number of rows of the write that has just succeeded; empty if Spark does not tell. */
  OptionalLong rows() {
    try {
      return OptionalLong.of(count.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    } catch (ExecutionException | TimeoutException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    session.listenerManager().unregister(this);
  }
}
