package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.spark.sql.connector.read.PartitionReader;

/**
 * Reads one partition over a connection of its own, which is taken with the first row and given
 * back as soon as the task is over or has been killed; it is closed unless all rows were read.
 */
abstract class PartReader<T> implements PartitionReader<T> {
  private final ReadTask task;
  private final ReadPartition part;
  private ConnectionPool.Lease lease;
  private CancelWatch watch;
  private boolean complete;

  PartReader(ReadTask task, ReadPartition part) {
    this.task = task;
    this.part = part;
  }

  /** Sends the query. */
  abstract void start(Connection opened, String sql) throws SQLException;

  /** Goes on to what {@link #get()} gives next. */
  abstract boolean advance() throws SQLException;

  /** Makes the database stop. Called by another thread, at any time. */
  abstract void cancel(Connection opened) throws SQLException;

  /** Ends the query, of which something may be left. */
  abstract void finish() throws SQLException;

  @Override
  public final boolean next() {
    if (lease == null) {
      open();
    }
    try {
      complete = !advance();
      return !complete;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void open() {
    lease =
        SqlErrors.translate(
            "read " + share(), task.settings(), () -> ConnectionPool.take(task.settings()));
    Connection opened = lease.connection();
    watch = new CancelWatch(opened, () -> cancel(opened), CancelWatch.thisThread());
    try {
      if (!task.snapshot().isEmpty()) {
        enter(opened, task.snapshot());
      }
      start(opened, part.sql());
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static void enter(Connection connection, String snapshot) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '"
              + snapshot
              + "'; "
              + Snapshot.IMPATIENT);
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("08")) {
        throw e;
      }
      throw new SQLException(
          "the snapshot that all partitions see is gone, because the connection that kept it broke",
          "08003",
          e);
    }
  }

  private void abort() {
    try {
      lease.connection().abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot abort a connection", e);
    }
  }

  private ConnectorException failed(SQLException error) {
    return new ConnectorException(
        "cannot read "
            + share()
            + " from "
            + task.settings().location()
            + ": "
            + SqlErrors.text(error),
        error instanceof UnreadableValueException
            ? "Read with 'query' and replace or cast it there."
            : SqlErrors.remedy(String.valueOf(error.getSQLState())),
        error);
  }

  private String share() {
    return task.what() + ", " + part;
  }

  @Override
  public final void close() {
    if (lease == null) {
      return;
    }
    try (ConnectionPool.Lease closing = lease;
        CancelWatch ending = watch) {
      if (!closing.connection().isClosed()) {
        finish();
      }
      if (ending.end() && complete) {
        closing.giveBack();
      }
    } catch (SQLException e) {
      abort();
    }
  }
}
