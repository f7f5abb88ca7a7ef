package io.standpipe.jdbc;

import io.standpipe.spi.WriteMode;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Moves all rows by one statement, or none if one of them is refused. */
record WholeMove(Dialect dialect) implements RowMove {
  /** SQL state of an upsert that finds two rows with one key. */
  private static final String TWICE = "21000";

  @Override
  public long move(StagedRows staged, Insertion insertion) throws SQLException {
    WritePlan plan = staged.plan();
    if (plan.request().mode() == WriteMode.UPSERT) {
      staged.requireAllWithKeys();
      if (!dialect.upsertRefusesDuplicates(plan)) {
        staged.requireDistinctKeys();
      }
    } else {
      staged.requireAll();
    }
    String sql = insertion.from(staged.select(TableId.quoteAll(plan.moved())));
    try (PreparedStatement statement = staged.connection().prepareStatement(sql)) {
      long count = statement.executeLargeUpdate();
      boolean updates = plan.request().mode() == WriteMode.UPSERT && !plan.updates().isEmpty();
      return updates && !dialect.countsUpdates() ? staged.expected() : count;
    } catch (SQLException e) {
      if (TWICE.equals(e.getSQLState())) {
        staged.connection().rollback();
        staged.requireDistinctKeys();
      }
      throw e;
    }
  }
}
