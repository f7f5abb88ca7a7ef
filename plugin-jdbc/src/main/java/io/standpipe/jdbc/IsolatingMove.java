package io.standpipe.jdbc;

import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.WriteMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** Moves staged rows of lenient types into the target, and refused ones into a table of theirs. */
final class IsolatingMove implements RowMove {
  /** The columns of the refused rows that say why. */
  static final List<String> ERROR = List.of(RefusedRows.CODE, RefusedRows.MESSAGE);

  private static final String DUPLICATE = "21000";
  private static final String MISSING = "23502";

  private final WritePlan plan;
  private final Refused refused;
  private final Dialect dialect;

  /**
   * Where refused rows go.
   *
   * @param table has the columns of the staging table, then code and message
   * @param connection in auto-commit mode, so that others see the rows at once
   * @param taker is told when all are there, or more than it takes
   */
  record Refused(TableId table, Connection connection, Taker taker) {}

  /** Takes refused rows. */
  interface Taker {
    void take(long refused, long sent);

    /** How many it takes at most. */
    long limit(long sent);
  }

  IsolatingMove(WritePlan plan, Refused refused, Dialect dialect) {
    this.plan = plan;
    this.refused = refused;
    this.dialect = dialect;
  }

  /** It must see what another connection has taken away meanwhile, whatever the settings say. */
  @Override
  public void begin(Connection connection, Dialect ways) throws SQLException {
    if (ways.seesNewest().isPresent()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(ways.seesNewest().get());
      }
    }
  }

  @Override
  public long move(StagedRows staged, Insertion insertion) throws SQLException {
    staged.requireAll();
    IsolationDialect ways = dialect.isolation();
    String values = ways.values(staged.connection(), plan);
    RowIsolation isolation =
        new RowIsolation(
            staged, refused, ways, range -> insertion.from(staged.select(values) + range));
    boolean upserts = plan.request().mode() == WriteMode.UPSERT;
    if (upserts) {
      refuseKeys(isolation, staged.accepted());
    }
    long taken = isolation.move();
    long count = isolation.refused();
    if (count > 0) {
      refused.taker().take(count, staged.expected());
    }
    boolean updates = upserts && !plan.updates().isEmpty();
    return updates && !dialect.countsUpdates() ? staged.expected() - count : taken;
  }

  /** A statement on one key at a time would take the last of several rows, so none is taken. */
  private void refuseKeys(RowIsolation isolation, String ours) throws SQLException {
    String keys = TableId.quoteAll(plan.keys());
    String isNull =
        plan.keys().stream()
            .map(key -> TableId.quote(key) + " IS NULL")
            .collect(Collectors.joining(" OR "));
    isolation.refuse(isNull, MISSING, "the row has NULL in its key " + keys);
    isolation.refuse(
        "("
            + keys
            + ") IN (SELECT "
            + keys
            + " FROM "
            + plan.stage().sql()
            + " WHERE "
            + ours
            + " GROUP BY "
            + keys
            + " HAVING count(*) > 1)",
        DUPLICATE,
        "several rows have the same key " + keys);
  }
}
