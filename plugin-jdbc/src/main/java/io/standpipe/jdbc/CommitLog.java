package io.standpipe.jdbc;

import io.standpipe.spi.CommitToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The table {@code standpipe_commits} beside the target: a row per write that had a commit token,
 * made by the transaction that made its rows visible.
 *
 * @param target the table written to
 */
record CommitLog(Connection connection, Dialect dialect, TableId target) {
  private static final String NAME = "standpipe_commits";

  /** SQL state of a key that is there already, in PostgreSQL as in H2. */
  private static final String DUPLICATE = "23505";

  private TableId table() {
    return target.sibling(NAME);
  }

  boolean exists() throws SQLException {
    return new Catalog(connection, dialect).exists(table());
  }

  /** Creates the table if it is missing; the caller holds the creation lock. */
  void create() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + table().sql()
              + " (\"token\" varchar(1000) NOT NULL, \"target\" varchar(256) NOT NULL,"
              + " \"row_count\" bigint NOT NULL,"
              + " \"committed_at\" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,"
              + " PRIMARY KEY (\"token\", \"target\"))");
    }
  }

  /** Whether the write with this token was committed. */
  boolean contains(CommitToken token) throws SQLException {
    if (!exists()) {
      return false;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM " + table().sql() + " WHERE \"token\" = ? AND \"target\" = ?")) {
      statement.setString(1, token.value());
      statement.setString(2, target.name());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /**
   * Enters the token in the running transaction, waiting for another one that does the same.
   *
   * @return false if the other one committed; this transaction is then good for nothing but a
   *     rollback
   */
  boolean enter(CommitToken token, long rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + table().sql()
                + " (\"token\", \"target\", \"row_count\") VALUES (?, ?, ?)")) {
      statement.setString(1, token.value());
      statement.setString(2, target.name());
      statement.setLong(3, rows);
      statement.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (DUPLICATE.equals(e.getSQLState())) {
        return false;
      }
      throw e;
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
