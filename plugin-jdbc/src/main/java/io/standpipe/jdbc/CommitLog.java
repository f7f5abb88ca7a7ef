package io.standpipe.jdbc;

import io.standpipe.spi.CommitToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/**
 * The table {@code standpipe_commits} beside the target: a row per write that had a commit token,
 * made by the transaction that made its rows visible. While a write is under way whose transaction
 * belongs to a task, it also has a permit, which that transaction uses up.
 *
 * @param target the table written to
 */
record CommitLog(Connection connection, Dialect dialect, TableId target) {
  /** What the name of a permit starts with. */
  static final String PERMIT = "permit ";

  private static final String NAME = "standpipe_commits";

  private TableId table() {
    return target.sibling(NAME);
  }

  boolean exists() throws SQLException {
    return new Catalog(connection, dialect).exists(table());
  }

  /** Creates the table in the running transaction, while nobody else creates any. */
  void create() throws SQLException {
    Publication.lockCreation(connection, dialect, table());
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + table().sql()
              + " ("
              + dialect.commitLogColumns()
              + ", PRIMARY KEY (\"token\", \"target\"))");
    }
  }

  /** Creates the table, unless it is there, in a transaction of its own. */
  void createNow() throws SQLException {
    if (exists()) {
      return;
    }
    connection.setAutoCommit(false);
    try {
      create();
      connection.commit();
    } catch (SQLException e) {
      undo(e);
      throw e;
    }
    connection.setAutoCommit(true);
  }

  private void undo(SQLException error) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      error.addSuppressed(e);
    }
  }

  /** Whether the write with this token was committed. */
  boolean contains(CommitToken token) throws SQLException {
    return exists() && rows(token.value()).isPresent();
  }

  /** The number of rows that the write with this token committed; the table must be there. */
  OptionalLong rows(String token) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT \"row_count\" FROM "
                + table().sql()
                + " WHERE \"token\" = ? AND \"target\" = ?")) {
      statement.setString(1, token);
      statement.setString(2, target.name());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  /**
   * Takes a permit or an outlived token away, waiting for another transaction that does the same;
   * false if it is gone.
   */
  boolean take(String permit) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM " + table().sql() + " WHERE \"token\" = ? AND \"target\" = ?")) {
      statement.setString(1, permit);
      statement.setString(2, target.name());
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Enters a token or permit in the running transaction, waiting for another one that does the
   * same.
   *
   * @return false if the other one committed; this transaction is then good for nothing but a
   *     rollback
   */
  boolean enter(String token, long rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + table().sql()
                + " (\"token\", \"target\", \"row_count\") VALUES (?, ?, ?)")) {
      statement.setString(1, token);
      statement.setString(2, target.name());
      statement.setLong(3, rows);
      statement.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (dialect.isDuplicate(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Corrects the number of rows in the transaction that entered the token. */
  void correct(String token, long rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + table().sql()
                + " SET \"row_count\" = ? WHERE \"token\" = ? AND \"target\" = ?")) {
      statement.setLong(1, rows);
      statement.setString(2, token);
      statement.setString(3, target.name());
      statement.executeUpdate();
    }
  }

  /** Forgets permits that killed processes have left; a week is longer than any write. */
  void forgetPermits() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM "
                + table().sql()
                + " WHERE \"target\" = ? AND \"token\" LIKE ?"
                + " AND \"committed_at\" < CURRENT_TIMESTAMP - INTERVAL '7' DAY")) {
      statement.setString(1, target.name());
      statement.setString(2, PERMIT + "%");
      statement.executeUpdate();
    }
  }

  /** Forgets the writes to a table that was dropped. */
  void forget() throws SQLException {
    if (exists()) {
      try (PreparedStatement statement =
          connection.prepareStatement("DELETE FROM " + table().sql() + " WHERE \"target\" = ?")) {
        statement.setString(1, target.name());
        statement.executeUpdate();
      }
    }
  }
}
