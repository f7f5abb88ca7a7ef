package io.standpipe.jdbc;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import scala.Tuple2;

/**
 * The one transaction that makes staged rows visible. Tables that are missing are created first; in
 * PostgreSQL that is part of the transaction, in H2 it is not.
 */
final class Publication {
  private final ConnectionSettings settings;
  private final Connection connection;
  private final WritePlan plan;
  private final StagedRows staged;
  private final RowMove move;

  /**
   * @param connection used by nobody else
   * @param staged the accepted task attempts, each with its number of rows
   * @param move how the rows are moved; {@link WholeMove} unless some are to be set aside
   */
  Publication(
      ConnectionSettings settings,
      Connection connection,
      WritePlan plan,
      List<Tuple2<Long, Long>> staged,
      RowMove move) {
    this.settings = settings;
    this.connection = connection;
    this.plan = plan;
    this.staged =
        new StagedRows(
            connection,
            plan,
            staged.stream().map(Tuple2::_1).toList(),
            staged.stream().mapToLong(Tuple2::_2).sum());
    this.move = move;
  }

  /** Runs the transaction; after an exception nothing is visible. */
  WriteResult run(ConnectionSettings.Commit commit) throws SQLException {
    connection.setAutoCommit(false);
    try {
      move.begin(connection, settings.dialect());
      createTables();
      WriteResult result = changeRows();
      if (result.outcome() != WriteResult.Outcome.COMMITTED) {
        connection.rollback();
        return result;
      }
      try {
        commit(settings, connection, commit, plan.target());
      } catch (UnknownCommitException e) {
        if (!isCommitted()) {
          throw e;
        }
      }
      return result;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.rollback();
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void createTables() throws SQLException {
    Catalog catalog = new Catalog(connection, settings.dialect());
    CommitLog log = log();
    boolean needsLog = plan.request().commitToken().isPresent() && !log.exists();
    boolean needsColumns =
        plan.columns().stream().anyMatch(column -> column.creation().isPresent());
    if (needsLog) {
      log.create();
    }
    if (needsColumns) {
      lockCreation(connection, settings.dialect(), plan.target());
    }
    TableDefinition definition = new TableDefinition(connection, plan.target());
    if (!catalog.exists(plan.target())) {
      definition.create(plan.columns(), plan.keys());
    } else if (needsColumns) {
      for (StageColumn column : plan.columns()) {
        if (column.creation().isPresent()) {
          definition.add(column);
        }
      }
    }
  }

  static void lockCreation(Connection connection, Dialect dialect, TableId table)
      throws SQLException {
    Optional<String> lock = dialect.creationLock(table);
    if (lock.isPresent()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(lock.get());
      }
    }
  }

  private WriteResult changeRows() throws SQLException {
    Optional<CommitToken> token = plan.request().commitToken();
    if (token.isPresent() && !log().enter(token.get().value(), staged.expected())) {
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    }
    Optional<CommitToken> outlived = token.flatMap(CommitToken::outlived);
    if (outlived.isPresent()) {
      log().take(outlived.get().value());
    }
    WriteMode mode = plan.request().mode();
    if (mode == WriteMode.ERROR_IF_EXISTS || mode == WriteMode.IGNORE) {
      settings.dialect().lockForWriting(connection, plan.target());
      if (!new Catalog(connection, settings.dialect()).isEmpty(plan.target())) {
        return occupied(plan);
      }
    } else if (mode == WriteMode.OVERWRITE) {
      removeReplaced();
    }
    long rows = move.move(staged, select -> statement(mode, select));
    if (token.isPresent() && rows != staged.expected()) {
      log().correct(token.get().value(), rows);
    }
    return WriteResult.committed(rows);
  }

  /** What happens when a write that wants an empty table finds rows. */
  static WriteResult occupied(WritePlan plan) {
    if (plan.request().mode() == WriteMode.IGNORE) {
      return WriteResult.unchanged(WriteResult.Outcome.IGNORED);
    }
    throw new ConnectorException(
        "table '" + plan.target() + "' exists and has rows, and the mode is errorIfExists",
        "Empty or drop the table, or choose another mode.");
  }

  private String statement(WriteMode mode, String select) {
    String target = plan.target().sql();
    return switch (mode) {
      case UPSERT -> settings.dialect().upsert(plan, select);
      case DELETE ->
          "DELETE FROM "
              + target
              + " WHERE ("
              + TableId.quoteAll(plan.moved())
              + ") IN ("
              + select
              + ")";
      default -> "INSERT INTO " + target + " (" + TableId.quoteAll(plan.moved()) + ") " + select;
    };
  }

  private void removeReplaced() throws SQLException {
    if (plan.request().replaceWhere().isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            settings.dialect().clearing(connection, plan.target(), plan.overwriteBy()));
      }
      return;
    }
    List<ColumnInfo> columns = new Catalog(connection, settings.dialect()).columns(plan.target());
    ConditionSql condition =
        ConditionSql.of(
            plan.request().replaceWhere().get(), columns, settings.dialect(), plan.zone());
    try (PreparedStatement statement =
        connection.prepareStatement(
            staged.select("1") + " AND (" + condition.sql() + ") IS NOT TRUE LIMIT 1")) {
      condition.bind(statement, 1);
      try (ResultSet rows = statement.executeQuery()) {
        if (rows.next()) {
          throw new RefusedRowsException(
              "a row for table '" + plan.target() + "' does not fulfil replaceWhere",
              "Write only rows that the condition selects, so that a repeat replaces them.");
        }
      }
    }
    deleteWhere(connection, plan.target(), condition);
  }

  /** Deletes the rows for which the condition is true, in the connection's transaction. */
  static long deleteWhere(Connection connection, TableId table, ConditionSql condition)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + table.sql() + " WHERE " + condition.sql())) {
      condition.bind(statement, 1);
      return statement.executeLargeUpdate();
    }
  }

  /**
   * Commits a change of a table.
   *
   * @throws UnknownCommitException if the connection is lost meanwhile
   */
  static void commit(
      ConnectionSettings settings,
      Connection connection,
      ConnectionSettings.Commit commit,
      TableId table)
      throws SQLException {
    try {
      commit.run();
      settings.dialect().makeDurable(connection);
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.startsWith("08") || state.startsWith("57P") || state.equals("40003")) {
        throw new UnknownCommitException(table, e);
      }
      throw e;
    }
  }

  /** Asks a new connection whether the token is in the log; without an answer it is unknown. */
  private boolean isCommitted() {
    Optional<CommitToken> token = plan.request().commitToken();
    if (token.isEmpty()) {
      return false;
    }
    try {
      return settings.useAnyway(
          other -> new CommitLog(other, settings.dialect(), plan.target()).contains(token.get()));
    } catch (SQLException e) {
      return false;
    }
  }

  private CommitLog log() {
    return new CommitLog(connection, settings.dialect(), plan.target());
  }
}
