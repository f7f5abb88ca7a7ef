package io.standpipe.jdbc;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.sql.execution.QueryExecution;

/**
 * Writes by one task that sends all rows straight into the target ({@link StreamedWrite}). A single
 * connection inserts as fast as the transaction that moves staged rows would, so this spares the
 * staging, as long as one task computes the rows fast enough.
 *
 * @param connection the driver's, in auto-commit mode
 */
record DirectWriter(ConnectionSettings settings, Connection connection, WritePlan plan) {
  private static final Set<WriteMode> MODES = Set.of(WriteMode.APPEND, WriteMode.OVERWRITE);

  /** Runs the task once per partition of the rows, of which there is one, as Spark runs tasks. */
  @FunctionalInterface
  interface Job {
    List<Long> run(StreamedWrite task);
  }

  /** Whether these rows can be written so. */
  boolean takes(QueryExecution rows) throws SQLException {
    Catalog catalog = new Catalog(connection, settings.dialect());
    boolean addsColumns = plan.columns().stream().anyMatch(c -> c.creation().isPresent());
    return MODES.contains(plan.request().mode())
        && plan.request().replaceWhere().isEmpty()
        && plan.request().commitToken().isPresent()
        && !(addsColumns && catalog.exists(plan.target()))
        && settings.dialect().takesStream(connection, plan.target())
        && LightPlan.isLight(rows)
        && rows.toRdd().getNumPartitions() > 0;
  }

  /** Runs the job; its outcome is certain whatever became of its task. */
  WriteResult write(Job job) throws SQLException {
    CommitLog log = new CommitLog(connection, settings.dialect(), plan.target());
    log.createNow();
    CommitToken committing = plan.request().commitToken().orElseThrow();
    String token = committing.value();
    log.forgetPermits();
    List<String> before = before();
    String permit = CommitLog.PERMIT + UUID.randomUUID();
    log.enter(permit, 0);
    StreamedWrite task =
        new StreamedWrite(
            settings,
            settings.dialect().loader(1),
            plan.into(plan.target()),
            plan.target(),
            before,
            token,
            permit,
            committing.outlived().map(CommitToken::value).map(List::of).orElseGet(List::of));
    try {
      List<Long> committed = job.run(task);
      if (!committed.isEmpty()) {
        return WriteResult.committed(committed.get(0));
      }
      log.take(permit);
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    } catch (RuntimeException e) {
      return WriteResult.committed(settle(token, permit, e));
    }
  }

  private List<String> before() throws SQLException {
    List<String> before = new ArrayList<>();
    if (!new Catalog(connection, settings.dialect()).exists(plan.target())) {
      settings.dialect().creationLock(plan.target()).ifPresent(before::add);
      before.add(TableDefinition.creation(plan.target(), plan.columns(), plan.keys()));
      if (plan.request().mode() == WriteMode.OVERWRITE) {
        // Another write may have created it meanwhile.
        before.add("DELETE FROM " + plan.target().sql());
      }
    } else if (plan.request().mode() == WriteMode.OVERWRITE) {
      before.add(settings.dialect().clearing(connection, plan.target(), plan.overwriteBy()));
    }
    return before;
  }

  /**
   * Takes the permit back, after which no attempt of the task can commit any more, however long it
   * lives. Gone it is only if one has committed.
   *
   * @return the number of rows that were committed
   */
  private long settle(String token, String permit, RuntimeException failure) {
    OptionalLong rows;
    try {
      rows =
          settings.useAnyway(
              other -> {
                CommitLog log = new CommitLog(other, settings.dialect(), plan.target());
                return log.take(permit) ? OptionalLong.empty() : log.rows(token);
              });
    } catch (SQLException e) {
      failure.addSuppressed(e);
      throw new UnknownCommitException(plan.target(), failure);
    }
    return rows.orElseThrow(() -> failure);
  }
}
