package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.ActiveJob;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import scala.collection.JavaConverters;

/**
 * One state of a PostgreSQL database that all tasks of a read see, however often Spark repeats
 * them. An open transaction of the driver keeps it, and keeps the table from being rewritten, until
 * the execution or the jobs that it was made for have ended; then it closes itself.
 */
final class Snapshot extends SparkListener {
  /** An idle transaction is meant to live on. */
  private static final String WITHOUT_TIMEOUTS =
      "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings"
          + " WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')";

  private final SparkContext context;
  private final Connection connection;
  private final String id;
  private final OptionalLong execution;
  private final Set<Integer> jobs;

  private Snapshot(
      SparkContext context,
      Connection connection,
      String id,
      OptionalLong execution,
      Set<Integer> jobs) {
    this.context = context;
    this.connection = connection;
    this.id = id;
    this.execution = execution;
    this.jobs = jobs;
  }

  /**
   * Makes one for an SQL execution that runs.
   *
   * @param connection belongs to the snapshot from now on, even if this fails
   * @param table what must not be rewritten
   */
  static Snapshot ofExecution(
      SparkContext context, Connection connection, Optional<TableId> table, long execution)
      throws SQLException {
    return open(context, connection, table, OptionalLong.of(execution), Set.of());
  }

  /** Makes one for the jobs that run at this moment; to be called where Spark submits stages. */
  static Snapshot ofRunningJobs(
      SparkContext context, Connection connection, Optional<TableId> table) throws SQLException {
    Set<Integer> jobs = ConcurrentHashMap.newKeySet();
    for (ActiveJob job :
        JavaConverters.setAsJavaSetConverter(context.dagScheduler().activeJobs()).asJava()) {
      jobs.add(job.jobId());
    }
    return open(context, connection, table, OptionalLong.empty(), jobs);
  }

  private static Snapshot open(
      SparkContext context,
      Connection connection,
      Optional<TableId> table,
      OptionalLong execution,
      Set<Integer> jobs)
      throws SQLException {
    try {
      String id = export(connection, table);
      Snapshot snapshot = new Snapshot(context, connection, id, execution, jobs);
      context.addSparkListener(snapshot);
      return snapshot;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }

  private static String export(Connection connection, Optional<TableId> table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(WITHOUT_TIMEOUTS);
      connection.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      String id;
      try (ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
        row.next();
        id = row.getString(1);
      }
      if (table.isPresent()) {
        // The lock of this query stays until the end: rows keep their places.
        statement.execute("SELECT FROM " + table.get().sql() + " LIMIT 0");
      }
      return id;
    }
  }

  String id() {
    return id;
  }

  /** Whether what it was made for still runs, so that its data are those of that. */
  boolean isCurrent() throws SQLException {
    return execution.isPresent()
        && SQLExecution.getQueryExecution(execution.getAsLong()) != null
        && !connection.isClosed();
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof SparkListenerSQLExecutionEnd end
        && execution.equals(OptionalLong.of(end.executionId()))) {
      close();
    }
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd event) {
    if (jobs.remove(event.jobId()) && jobs.isEmpty()) {
      close();
    }
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd event) {
    close();
  }

  /** The server ends the transaction when its connection ends. */
  private void close() {
    context.removeSparkListener(this);
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the connection that kept a snapshot", e);
    }
  }
}
