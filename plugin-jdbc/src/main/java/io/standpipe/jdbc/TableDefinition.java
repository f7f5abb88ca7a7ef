package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** Creates and extends tables. */
record TableDefinition(Connection connection, TableId table) {

  /** Creates the table; with keys it gets a primary key. */
  void create(List<StageColumn> columns, List<String> keys) throws SQLException {
    execute(creation(table, columns, keys));
  }

  /** The statement that creates a table, unless it is there. */
  static String creation(TableId table, List<StageColumn> columns, List<String> keys) {
    String definitions =
        columns.stream().map(StageColumn::definition).collect(Collectors.joining(", "));
    String primaryKey = keys.isEmpty() ? "" : ", PRIMARY KEY (" + TableId.quoteAll(keys) + ")";
    return "CREATE TABLE IF NOT EXISTS " + table.sql() + " (" + definitions + primaryKey + ")";
  }

  /** Adds a column, empty in the rows that are there. */
  void add(StageColumn column) throws SQLException {
    execute(
        "ALTER TABLE "
            + table.sql()
            + " ADD COLUMN IF NOT EXISTS "
            + TableId.quote(column.target())
            + " "
            + column.creation().orElseThrow());
  }

  void drop() throws SQLException {
    execute("DROP TABLE " + table.sql());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
