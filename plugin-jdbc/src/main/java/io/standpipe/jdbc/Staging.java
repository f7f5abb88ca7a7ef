package io.standpipe.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table in which the tasks of one write leave their rows. Its name tells whose it is and when
 * it was made, so that one left by a killed process is found and removed.
 */
final class Staging {
  /** The column that says which task attempt wrote the row. */
  static final String ATTEMPT = "standpipe$attempt";

  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final String PREFIX = "standpipe_stage_";
  private static final Duration KEPT = Duration.ofDays(1);
  private static final Duration DROP_WAIT = Duration.ofSeconds(5);

  private Staging() {}

  /** A new name for a staging table of the target. */
  static TableId name(TableId target, Instant now) {
    return target.sibling(
        String.format(
            Locale.ROOT,
            "%s%d_%08x",
            prefix(target),
            now.getEpochSecond(),
            ThreadLocalRandom.current().nextInt()));
  }

  /** Creates the staging table, with the target's own types where the target has the column. */
  static void create(
      Connection connection,
      Dialect dialect,
      TableId stage,
      TableId target,
      List<StageColumn> columns)
      throws SQLException {
    execute(connection, dialect.staging(stage, target, columns));
  }

  /** What follows {@code CREATE TABLE} where a table can be created by a SELECT that casts. */
  static String asSelect(TableId stage, TableId target, List<StageColumn> columns) {
    String select =
        columns.stream()
            .map(
                column ->
                    column.creation().map(type -> "CAST(NULL AS " + type + ") AS ").orElse("")
                        + TableId.quote(column.target()))
            .collect(Collectors.joining(", "));
    boolean fromTarget = columns.stream().anyMatch(column -> column.creation().isEmpty());
    return stage.sql()
        + " AS SELECT CAST(0 AS bigint) AS "
        + TableId.quote(ATTEMPT)
        + ", "
        + select
        + (fromTarget ? " FROM " + target.sql() : "")
        + " WITH NO DATA";
  }

  /** Drops staging tables of this target that were left more than a day ago. */
  static void dropAbandoned(Connection connection, Dialect dialect, TableId target, Instant now)
      throws SQLException {
    String prefix = prefix(target);
    for (TableId table : new Catalog(connection, dialect).startingWith(target.schema(), prefix)) {
      String stamp = table.name().substring(prefix.length()).replaceFirst("_.*", "");
      if (stamp.matches("\\d{1,12}")
          && Instant.ofEpochSecond(Long.parseLong(stamp)).plus(KEPT).isBefore(now)) {
        LOG.info("Dropping {}, left behind by a write that was killed", table);
        execute(connection, "DROP TABLE IF EXISTS " + table.sql());
      }
    }
  }

  /**
   * Drops the staging table after its write. What is left when that fails, for example because a
   * superfluous task attempt still writes to it, is dropped by a later write.
   */
  static void discard(ConnectionSettings settings, TableId stage) {
    try {
      settings.useAnyway(
          connection -> {
            execute(connection, settings.dialect().limitLockWait(DROP_WAIT));
            execute(connection, "DROP TABLE IF EXISTS " + stage.sql());
            return stage;
          });
    } catch (SQLException e) {
      LOG.warn("Staging table {} is left behind: {}", stage, SqlErrors.text(e));
    }
  }

  private static String prefix(TableId target) {
    CRC32 sum = new CRC32();
    sum.update(target.sql().getBytes(StandardCharsets.UTF_8));
    return PREFIX + String.format(Locale.ROOT, "%08x_", sum.getValue());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
