package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows of the accepted task attempts in the staging table.
 *
 * @param attempts the ids of these attempts
 * @param expected how many rows they staged
 */
record StagedRows(Connection connection, WritePlan plan, List<Long> attempts, long expected) {

  /** A SELECT of them. */
  String select(String selected) {
    return "SELECT " + selected + " FROM " + plan.stage().sql() + " WHERE " + accepted();
  }

  /** The condition that selects them in the staging table. */
  String accepted() {
    return attempts.isEmpty()
        ? "FALSE"
        : attempts.stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", ", TableId.quote(Staging.ATTEMPT) + " IN (", ")"));
  }

  /**
   * Throws if some are gone, because a server that crashed has emptied a staging table that is not
   * logged.
   */
  void requireAll() throws SQLException {
    countWithKey("count(*)");
  }

  /** The same, and throws if one has NULL in its key. */
  void requireAllWithKeys() throws SQLException {
    if (countWithKey("count(CASE WHEN " + isNull() + " THEN NULL ELSE 1 END)") < expected) {
      String key = first(select(keys()) + " AND (" + isNull() + ") LIMIT 1").orElseThrow();
      throw new RefusedRowsException(
          "a row for table '" + plan.target() + "' has NULL in its key " + key,
          "Give every row a key.");
    }
  }

  private long countWithKey(String withKey) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select("count(*), " + withKey));
        ResultSet counted = statement.executeQuery()) {
      counted.next();
      if (counted.getLong(1) != expected) {
        throw new LostStagingException(plan.target(), expected, counted.getLong(1));
      }
      return counted.getLong(2);
    }
  }

  private String isNull() {
    return plan.keys().stream()
        .map(key -> TableId.quote(key) + " IS NULL")
        .collect(Collectors.joining(" OR "));
  }

  private String keys() {
    return TableId.quoteAll(plan.keys());
  }

  /** Throws if two have the same key. */
  void requireDistinctKeys() throws SQLException {
    Optional<String> key =
        first(select(keys()) + " GROUP BY " + keys() + " HAVING count(*) > 1 LIMIT 1");
    if (key.isPresent()) {
      throw new RefusedRowsException(
          "several rows for table '" + plan.target() + "' have the key " + key.get(),
          "Reduce them to one row per key before the upsert.");
    }
  }

  private Optional<String> first(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
      List<String> parts = new ArrayList<>();
      for (String key : plan.keys()) {
        parts.add(key + "=" + rows.getString(key));
      }
      return Optional.of(String.join(", ", parts));
    }
  }
}
