package io.standpipe.jdbc;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;

/**
 * Moves staged rows within one transaction of PostgreSQL and sets aside those that the target
 * refuses. All are tried at once; only if that fails they are tried in blocks of the staging table,
 * and a block that fails is halved until the bad row is found, by its place in the table. A bad row
 * so costs about twice a block.
 */
final class RowIsolation {
  private static final ErrorClassifier ERRORS = new JdbcFactory().errorClassifier();

  /** A place in the staging table is its page and the row's number within the page. */
  private static final long PAGE = 1L << 16;

  /** More than a page has rows. */
  private static final long MOST_ON_A_PAGE = 512;

  private static final long BLOCK = 64 * PAGE;

  private final StagedRows staged;
  private final TableId refused;
  private final SqlOf move;
  private long count;

  /** The statement that moves the rows of a SELECT. */
  @FunctionalInterface
  interface SqlOf {
    String over(String select);
  }

  /**
   * @param refused where refused rows go: a table with the columns of the staging table, then code
   *     and message
   */
  RowIsolation(StagedRows staged, TableId refused, SqlOf move) {
    this.staged = staged;
    this.refused = refused;
    this.move = move;
  }

  /** How many rows were set aside. */
  long refused() {
    return count;
  }

  /** Sets aside the rows for which a condition on the staging table holds. */
  void refuse(String condition, String code, String message) throws SQLException {
    String stage = staged.plan().stage().sql();
    try (PreparedStatement statement =
        connection()
            .prepareStatement(
                "WITH gone AS (DELETE FROM "
                    + stage
                    + " WHERE "
                    + condition
                    + " RETURNING *) INSERT INTO "
                    + refused.sql()
                    + " SELECT gone.*, CAST(? AS text), CAST(? AS text) FROM gone")) {
      statement.setString(1, code);
      statement.setString(2, message);
      count += statement.executeLargeUpdate();
    }
  }

  /** Moves all rows; returns how many were accepted. */
  long move() throws SQLException {
    execute("SET CONSTRAINTS ALL IMMEDIATE");
    long pages = pages();
    if (pages == 0) {
      return 0;
    }
    try {
      return insert(0, pages * PAGE);
    } catch (SQLException e) {
      requireData(e);
    }
    long accepted = 0;
    for (long from = 0; from < pages * PAGE; from += BLOCK) {
      accepted += move(from, Math.min(from + BLOCK, pages * PAGE));
    }
    return accepted;
  }

  private long move(long from, long to) throws SQLException {
    try {
      return insert(from, to);
    } catch (SQLException e) {
      requireData(e);
      if (to - from == 1) {
        refuse(range(from, to), e.getSQLState(), SqlErrors.text(e));
        return 0;
      }
    }
    boolean onePage = to - from <= PAGE;
    long end = onePage ? Math.min(to, from - from % PAGE + MOST_ON_A_PAGE) : to;
    long half = (end - from) / 2;
    long middle = from + (onePage ? half : half - half % PAGE);
    return move(from, middle) + move(middle, end);
  }

  /** Inserts a range, or undoes it. */
  private long insert(long from, long to) throws SQLException {
    String sql = move.over(" AND " + range(from, to));
    Savepoint before = connection().setSavepoint();
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      long rows = statement.executeLargeUpdate();
      connection().releaseSavepoint(before);
      return rows;
    } catch (SQLException e) {
      connection().rollback(before);
      throw e;
    }
  }

  private static String range(long from, long to) {
    return "ctid >= " + place(from) + " AND ctid < " + place(to);
  }

  private static String place(long position) {
    return "'(" + position / PAGE + "," + position % PAGE + ")'::tid";
  }

  /** Errors that are not about rows are not for us. */
  private static void requireData(SQLException error) throws SQLException {
    boolean isData =
        ERRORS.classify(error).filter(rule -> rule.verdict() == Verdict.DATA).isPresent();
    if (!isData) {
      throw error;
    }
  }

  private long pages() throws SQLException {
    try (PreparedStatement statement =
        connection()
            .prepareStatement(
                "SELECT pg_relation_size(?::regclass)"
                    + " / current_setting('block_size')::bigint")) {
      statement.setString(1, staged.plan().stage().sql());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connection() {
    return staged.connection();
  }
}
