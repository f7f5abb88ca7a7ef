package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A whole write as one task, whose transaction sends the rows straight into the target, without a
 * staging table in between. The transaction takes the write's permit from the commit log: of
 * several attempts only one can, and none when the driver has taken it back.
 *
 * @param target the table, which is there
 * @param before what the transaction does first
 * @param token what the write is known by for ever
 * @param permit what this try of it is known by
 * @param outlived tokens that are forgotten with it
 */
record StreamedWrite(
    ConnectionSettings settings,
    StageLoader loader,
    StageLoader.Stage stage,
    TableId target,
    List<String> before,
    String token,
    String permit,
    List<String> outlived)
    implements FlatMapFunction<Iterator<InternalRow>, Long> {

  /**
   * Returns the number of rows that were committed, by this attempt or by one whose result was
   * lost; nothing if another write with the token was committed.
   */
  @Override
  public Iterator<Long> call(Iterator<InternalRow> rows) {
    try {
      return settings.transact((connection, commit) -> write(connection, commit, rows));
    } catch (SQLException e) {
      throw new StageException(e);
    }
  }

  private Iterator<Long> write(
      Connection connection, ConnectionSettings.Commit commit, Iterator<InternalRow> rows)
      throws SQLException {
    connection.setAutoCommit(false);
    CommitLog log = new CommitLog(connection, settings.dialect(), target);
    long count = send(connection, rows);
    boolean committed = log.take(permit) && log.enter(token, count);
    if (committed) {
      for (String earlier : outlived) {
        log.take(earlier);
      }
      commit.run();
      return List.of(count).iterator();
    }
    connection.rollback();
    // The permit is back if the token was refused.
    return log.take(permit) ? Collections.emptyIterator() : earlier(log);
  }

  /** An attempt before this one has taken the permit, or the driver has given up on all of them. */
  private Iterator<Long> earlier(CommitLog log) throws SQLException {
    OptionalLong rows = log.rows(token);
    if (rows.isEmpty()) {
      throw new SQLException("the write was given up", "57014");
    }
    return List.of(rows.getAsLong()).iterator();
  }

  private long send(Connection connection, Iterator<InternalRow> rows) throws SQLException {
    // The first row is there before a lock is taken that readers of the table wait for.
    StageTask.computed(rows::hasNext);
    try (Statement statement = connection.createStatement()) {
      for (String sql : before) {
        statement.execute(sql);
      }
    }
    return StageTask.send(loader.start(connection, stage, OptionalLong.empty()), rows);
  }
}
