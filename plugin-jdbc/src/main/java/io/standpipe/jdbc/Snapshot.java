package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;

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

  /**
   * Waits only shortly for locks, unless the user has set another time. Whoever waits for an
   * exclusive lock on the table waits for the snapshot, and newer queries of the table wait for
   * him: without an end nobody would go on.
   */
  static final String IMPATIENT =
      "SELECT set_config('lock_timeout', '5s', true) WHERE current_setting('lock_timeout') = '0'";

  private final SparkContext context;
  private final Connection connection;
  private final String id;
  private final OptionalLong execution;
  private final Set<Integer> jobs = ConcurrentHashMap.newKeySet();

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
    this.jobs.addAll(jobs);
  }

  /**
   * Makes one for an SQL execution that runs.
   *
   * @param connection belongs to the snapshot from now on, even if this fails
   * @param relation what stands after FROM; its tables must not be rewritten
   */
  static Snapshot ofExecution(
      SparkContext context, Connection connection, String relation, long execution)
      throws SQLException {
    return open(context, connection, List.of(lock(relation)), OptionalLong.of(execution), Set.of());
  }

  /** Makes one for jobs that run, with little patience, because Spark's scheduler waits for it. */
  static Snapshot ofJobs(
      SparkContext context, Connection connection, String relation, Set<Integer> jobs)
      throws SQLException {
    return open(
        context, connection, List.of(IMPATIENT, lock(relation)), OptionalLong.empty(), jobs);
  }

  /** A query whose locks stay until the transaction ends: rows keep their places. */
  private static String lock(String relation) {
    return "SELECT FROM " + relation + " LIMIT 0";
  }

  private static Snapshot open(
      SparkContext context,
      Connection connection,
      List<String> locking,
      OptionalLong execution,
      Set<Integer> jobs)
      throws SQLException {
    try {
      String id = watched(connection, locking);
      Snapshot snapshot = new Snapshot(context, connection, id, execution, jobs);
      context.addSparkListener(snapshot);
      return snapshot;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }

  /** The locks may be long in coming. */
  private static String watched(Connection connection, List<String> locking) throws SQLException {
    try (CancelWatch watch =
        new CancelWatch(connection, PostgreSql.INSTANCE, CancelWatch.thisThread())) {
      String id = export(connection, locking);
      if (!watch.end()) {
        throw new SQLException("cancelled", CancelWatch.CANCELLED);
      }
      return id;
    }
  }

  private static String export(Connection connection, List<String> locking) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(WITHOUT_TIMEOUTS);
      connection.setAutoCommit(false);
      // Each statement sees the state of its own moment: the last one that of the locked tables.
      statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      for (String sql : locking) {
        statement.execute(sql);
      }
      try (ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  String id() {
    return id;
  }

  /** Whether the execution that it was made for still runs, so that its data are those of that. */
  boolean isCurrent() throws SQLException {
    return execution.isPresent()
        && SQLExecution.getQueryExecution(execution.getAsLong()) != null
        && !connection.isClosed();
  }

  /** Whether it was made for one of these jobs. */
  boolean serves(Set<Integer> running) {
    return !Collections.disjoint(jobs, running);
  }

  /** Whether all jobs that it was made for have ended. */
  boolean isOver() {
    return jobs.isEmpty();
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
