package io.standpipe.jdbc;

import io.standpipe.spi.IsolatedWrite;
import io.standpipe.spi.WriteMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StringType;

/** Moves staged rows of lenient types into the target, and refused ones into a table of theirs. */
final class IsolatingMove implements RowMove {
  private static final String DUPLICATE = "21000";
  private static final String MISSING = "23502";

  private final WritePlan plan;
  private final TableId refused;
  private long count;

  IsolatingMove(WritePlan plan, TableId refused) {
    this.plan = plan;
    this.refused = refused;
  }

  /** How many rows were set aside. */
  long refused() {
    return count;
  }

  @Override
  public long move(StagedRows staged, Insertion insertion) throws SQLException {
    staged.requireAll();
    Connection connection = staged.connection();
    createRefused(connection);
    String values = values(connection);
    RowIsolation isolation =
        new RowIsolation(staged, refused, range -> insertion.from(staged.select(values) + range));
    if (plan.request().mode() == WriteMode.UPSERT) {
      refuseKeys(isolation, staged.accepted());
    }
    long accepted = isolation.move();
    count = isolation.refused();
    if (count == 0) {
      execute(connection, "DROP TABLE " + refused.sql());
    }
    return accepted;
  }

  private void createRefused(Connection connection) throws SQLException {
    execute(
        connection,
        "CREATE UNLOGGED TABLE "
            + refused.sql()
            + " AS SELECT staged.*, CAST(NULL AS text) AS "
            + TableId.quote(IsolatedWrite.CODE)
            + ", CAST(NULL AS text) AS "
            + TableId.quote(IsolatedWrite.MESSAGE)
            + " FROM "
            + plan.stage().sql()
            + " AS staged WITH NO DATA");
  }

  /** A statement on one key at a time would take the last of several rows, so none is taken. */
  private void refuseKeys(RowIsolation isolation, String ours) throws SQLException {
    String keys = TableId.quoteAll(plan.keys());
    String isNull =
        plan.keys().stream()
            .map(key -> TableId.quote(key) + " IS NULL")
            .collect(Collectors.joining(" OR "));
    isolation.refuse(
        ours + " AND (" + isNull + ")", MISSING, "the row has NULL in its key " + keys);
    isolation.refuse(
        ours
            + " AND ("
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

  /** Texts become texts again, and by way of that what the table has: uuid, json, an enum. */
  private String values(Connection connection) throws SQLException {
    Map<String, String> types = types(connection);
    return plan.columns().stream()
        .map(
            column -> {
              String name = TableId.quote(column.target());
              if (!(column.type() instanceof StringType)) {
                return name;
              }
              String text = "convert_from(" + name + ", 'UTF8')";
              String type = types.get(column.target());
              return type == null ? text : "CAST(" + text + " AS " + type + ")";
            })
        .collect(Collectors.joining(", "));
  }

  /**
   * The types that take no text by themselves. They have no length, so that a value that is too
   * long fails instead of being cut.
   */
  private Map<String, String> types(Connection connection) throws SQLException {
    Map<String, String> types = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT a.attname, format_type(a.atttypid, -1) FROM pg_catalog.pg_attribute a"
                + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
                + " WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND t.typcategory <> 'S'")) {
      statement.setString(1, plan.target().sql());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          types.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return types;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
