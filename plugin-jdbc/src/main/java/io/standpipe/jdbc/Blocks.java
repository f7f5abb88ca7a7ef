package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The blocks that a PostgreSQL table consists of; those of its partitions, or of the tables that
 * inherit from it, are counted each from 0.
 *
 * @param counts blocks of each such table
 * @param bytesBeside what their long values need beside them (TOAST)
 */
record Blocks(List<Long> counts, long bytesBeside) {

  private static final String TABLES =
      "WITH RECURSIVE tree(id) AS (SELECT c.oid FROM pg_catalog.pg_class c JOIN"
          + " pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname"
          + " = ? UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent ="
          + " tree.id) SELECT c.relkind = 'p' OR (c.relkind IN ('r', 'm') AND a.amname = 'heap'),"
          + " COALESCE(pg_catalog.pg_relation_size(c.oid), 0) /"
          + " current_setting('block_size')::bigint,"
          + " COALESCE(pg_catalog.pg_relation_size(NULLIF(c.reltoastrelid, 0)), 0) FROM tree JOIN"
          + " pg_catalog.pg_class c ON c.oid = tree.id LEFT JOIN pg_catalog.pg_am a ON a.oid ="
          + " c.relam";

  /** Empty if it is a view, or anything else of which some part has no blocks. */
  static Optional<Blocks> of(Connection connection, TableId table) throws SQLException {
    List<Long> counts = new ArrayList<>();
    long bytesBeside = 0;
    try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
      statement.setString(1, table.schema());
      statement.setString(2, table.name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (!rows.getBoolean(1)) {
            return Optional.empty();
          }
          counts.add(rows.getLong(2));
          bytesBeside += rows.getLong(3);
        }
      }
    }
    return Optional.of(new Blocks(counts, bytesBeside));
  }

  /**
   * Conditions that divide the rows by the number of their block: about equal numbers of blocks,
   * the last ones open to blocks that come later.
   */
  List<String> divide(int parts) {
    TreeSet<Long> borders = new TreeSet<>();
    long all = below(Long.MAX_VALUE);
    for (int i = 1; i < parts; i++) {
      borders.add(border(all / parts * i));
    }
    borders.remove(0L);
    List<String> conditions = new ArrayList<>();
    String from = "";
    for (long border : borders) {
      String to = "ctid < '(" + border + ",0)'";
      conditions.add(from.isEmpty() ? to : from + " AND " + to);
      from = "ctid >= '(" + border + ",0)'";
    }
    conditions.add(from);
    return conditions;
  }

  /** The number below which there are this many blocks. */
  private long border(long wanted) {
    long low = 0;
    long high = counts.stream().mapToLong(Long::longValue).max().orElse(0);
    while (low < high) {
      long middle = (low + high) / 2;
      if (below(middle) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many blocks have a smaller number. */
  private long below(long number) {
    return counts.stream().mapToLong(count -> Math.min(count, number)).sum();
  }
}
