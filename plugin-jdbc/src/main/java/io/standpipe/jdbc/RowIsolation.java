package io.standpipe.jdbc;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Moves staged rows within one transaction and sets aside those that the target refuses. All are
 * tried at once; only if that fails they are tried in blocks of the staging table, and a block that
 * fails is halved until the bad row is found, by its place in the table. A bad row so costs about
 * as much as its block once more.
 */
final class RowIsolation {
  private static final ErrorClassifier ERRORS = new JdbcFactory().errorClassifier();
  private static final String UNIQUE = "23505";

  /** Alone, each of the rows would be taken, and the last one win. */
  private static final String SAME_KEY = "21000";

  private final StagedRows staged;
  private final IsolatingMove.Refused refused;
  private final IsolationDialect dialect;
  private final SqlOf move;
  private long count;

  /** The statement that moves the rows of a SELECT. */
  @FunctionalInterface
  interface SqlOf {
    String over(String select);
  }

  /**
   * @param refused where refused rows go
   */
  RowIsolation(
      StagedRows staged, IsolatingMove.Refused refused, IsolationDialect dialect, SqlOf move) {
    this.staged = staged;
    this.refused = refused;
    this.dialect = dialect;
    this.move = move;
  }

  /** How many rows were set aside. */
  long refused() {
    return count;
  }

  /** Sets aside the staged rows for which a condition holds, before others are moved. */
  void refuse(String condition, String code, String message) throws SQLException {
    copy(condition, code, message);
    // On the connection that has copied them, which would wait for locks of the transaction.
    try (Statement statement = refused.connection().createStatement()) {
      statement.executeUpdate(
          "DELETE FROM " + staged.plan().stage().sql() + " WHERE " + accepted(condition));
    }
  }

  private void copy(String condition, String code, String message) throws SQLException {
    String columns = TableId.quoteAll(staged.plan().targetNames());
    String text = dialect.textParameter();
    try (PreparedStatement statement =
        refused
            .connection()
            .prepareStatement(
                "INSERT INTO "
                    + refused.table().sql()
                    + " ("
                    + columns
                    + ", "
                    + TableId.quoteAll(IsolatingMove.ERROR)
                    + ") SELECT "
                    + columns
                    + ", "
                    + text
                    + ", "
                    + text
                    + " FROM "
                    + staged.plan().stage().sql()
                    + " WHERE "
                    + accepted(condition))) {
      statement.setString(1, code);
      statement.setString(2, message);
      count += statement.executeLargeUpdate();
    }
    if (count > refused.taker().limit(staged.expected())) {
      refused.taker().take(count, staged.expected());
      throw new IllegalStateException("more rows were taken than RefusedRows.limit allows");
    }
  }

  private String accepted(String condition) {
    return staged.accepted() + " AND (" + condition + ")";
  }

  /** Moves all rows; returns how many the target took. */
  long move() throws SQLException {
    dialect.checkAtOnce(connection());
    List<IsolationDialect.Places> blocks = dialect.blocks(connection(), staged.plan().stage());
    if (blocks.isEmpty()) {
      return 0;
    }
    try {
      long end = blocks.get(blocks.size() - 1).to();
      return insert(new IsolationDialect.Places(blocks.get(0).from(), end));
    } catch (SQLException e) {
      requireData(e);
    }
    long taken = 0;
    for (IsolationDialect.Places block : blocks) {
      taken += move(block, false);
    }
    return taken;
  }

  /**
   * @param fails whether it would fail, so that only its parts are worth a try
   */
  private long move(IsolationDialect.Places places, boolean fails) throws SQLException {
    if (!fails || places.isOne()) {
      try {
        return insert(places);
      } catch (SQLException e) {
        requireData(e);
        if (places.isOne()) {
          copy(dialect.within(places), String.valueOf(e.getSQLState()), SqlErrors.text(e));
          return 0;
        }
      }
    }
    long before = count;
    IsolationDialect.Halves halves = dialect.halves(places);
    long taken = move(halves.first(), false);
    return taken + move(halves.second(), count == before);
  }

  private long insert(IsolationDialect.Places places) throws SQLException {
    return dialect.attempt(connection(), move.over(" AND " + dialect.within(places)));
  }

  /**
   * Errors that are not about rows are not for us. A key that an upsert of H2 finds in its way can
   * be that of another writer's row, which the next try then updates, or that of another
   * constraint.
   */
  private static void requireData(SQLException error) throws SQLException {
    boolean isData =
        !SAME_KEY.equals(error.getSQLState())
            && (UNIQUE.equals(error.getSQLState())
                || ERRORS.classify(error).filter(r -> r.verdict() == Verdict.DATA).isPresent());
    if (!isData) {
      throw error;
    } else if (error.getSuppressed().length > 0) {
      // A bad row does not end the transaction, so something else has.
      throw (SQLException) error.getSuppressed()[0];
    }
  }

  private Connection connection() {
    return staged.connection();
  }
}
