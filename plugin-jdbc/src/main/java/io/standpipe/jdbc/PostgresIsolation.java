package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;

/**
 * PostgreSQL: texts are staged as bytes, because not every text of Spark is one there. The place of
 * a row is its page and its number within the page.
 */
enum PostgresIsolation implements IsolationDialect {
  INSTANCE;

  private static final long PAGE = 1L << 16;

  /** More than a page has rows. */
  private static final long MOST_ON_A_PAGE = 512;

  private static final long BLOCK = 64 * PAGE;

  @Override
  public Optional<String> lenient(DataType type) {
    return PostgreSql.INSTANCE.typeFor(type instanceof StringType ? DataTypes.BinaryType : type);
  }

  /** Texts become texts again, and by way of that what the table has: uuid, json, an enum. */
  @Override
  public String values(Connection connection, WritePlan plan) throws SQLException {
    Map<String, String> types = types(connection, plan.target());
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
  private static Map<String, String> types(Connection connection, TableId target)
      throws SQLException {
    Map<String, String> types = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT a.attname, format_type(a.atttypid, -1) FROM pg_catalog.pg_attribute a"
                + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
                + " WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND t.typcategory <> 'S'")) {
      statement.setString(1, target.sql());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          types.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return types;
  }

  @Override
  public String textParameter() {
    return "CAST(? AS text)";
  }

  @Override
  public void checkAtOnce(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }
  }

  @Override
  public List<Places> blocks(Connection connection, TableId stage) throws SQLException {
    long end = pages(connection, stage) * PAGE;
    List<Places> blocks = new ArrayList<>();
    for (long from = 0; from < end; from += BLOCK) {
      blocks.add(new Places(from, Math.min(from + BLOCK, end)));
    }
    return blocks;
  }

  private static long pages(Connection connection, TableId stage) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_relation_size(?::regclass) / current_setting('block_size')::bigint")) {
      statement.setString(1, stage.sql());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** By pages; a page only as far as it can have rows. */
  @Override
  public Halves halves(Places places) {
    long from = places.from();
    boolean onePage = places.to() - from <= PAGE;
    long end = onePage ? Math.min(places.to(), from - from % PAGE + MOST_ON_A_PAGE) : places.to();
    long half = (end - from) / 2;
    long middle = from + (onePage ? half : half - half % PAGE);
    return new Halves(new Places(from, middle), new Places(middle, end));
  }

  @Override
  public String within(Places places) {
    return "ctid >= " + place(places.from()) + " AND ctid < " + place(places.to());
  }

  private static String place(long position) {
    return "'(" + position / PAGE + "," + position % PAGE + ")'::tid";
  }

  /** Many attempts are short: the savepoint goes to the server together with the statement. */
  @Override
  public long attempt(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SAVEPOINT attempt; " + sql + "; RELEASE SAVEPOINT attempt");
      statement.getMoreResults();
      return statement.getLargeUpdateCount();
    } catch (SQLException e) {
      try (Statement undo = connection.createStatement()) {
        undo.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt");
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }
}
