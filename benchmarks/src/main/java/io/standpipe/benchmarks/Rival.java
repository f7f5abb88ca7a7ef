package io.standpipe.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A transaction that changes rows which an upsert of all rows, in the order of keys, changes. */
record Rival(PostgresServer server) {
  /** Of the two that wait for each other, the one that looks first gives up: the upsert. */
  private static final String PATIENT = "SET LOCAL deadlock_timeout = '3s'";

  private static final String IS_AWAITED =
      "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
          + " AND transactionid = pg_current_xact_id()::xid)";

  private static final String DEADLOCK = "40P01";

  /** Commits a change of the row once the upsert, whose snapshot is older, waits for it. */
  void change(int row, CountDownLatch over) throws SQLException, InterruptedException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(update(row));
      awaitUpsert(statement, over);
      connection.commit();
    }
  }

  /** Once the upsert waits for the late row, waits for the early one, which the upsert has. */
  void deadlock(int early, int late, CountDownLatch over)
      throws SQLException, InterruptedException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(PATIENT);
      statement.execute(update(late));
      awaitUpsert(statement, over);
      statement.execute(update(early));
      connection.commit();
    } catch (SQLException e) {
      // It was too slow, so that it is the one who gave up.
      if (!DEADLOCK.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static String update(int row) {
    return "UPDATE upserted SET name = 'rival' WHERE id = " + row;
  }

  private static void awaitUpsert(Statement statement, CountDownLatch over)
      throws SQLException, InterruptedException {
    while (!isTrue(statement, IS_AWAITED) && !over.await(5, TimeUnit.MILLISECONDS)) {}
  }

  private static boolean isTrue(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getBoolean(1);
    }
  }
}
