package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.h2.engine.Session;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;

/** The H2 database, embedded or as a server. */
enum H2 implements Dialect {
  INSTANCE;

  /** SQL state of a statement for which the user has no administrator's rights. */
  private static final String NO_ADMIN = "90040";

  @Override
  public String driver() {
    return "org.h2.Driver";
  }

  @Override
  public Map<String, String> connectionProperties(Duration connectTimeout) {
    return Map.of();
  }

  @Override
  public Map<String, String> timeoutProperties(Duration timeout) {
    return Map.of();
  }

  /** The session statements set again what this program changes. */
  @Override
  public List<String> cleaning(Map<String, String> properties) {
    return List.of();
  }

  /** Writers wait for each other longer than H2's own two seconds. */
  @Override
  public List<String> sessionStatements(Optional<Duration> queryTimeout) {
    List<String> statements = new ArrayList<>();
    queryTimeout.ifPresent(
        timeout -> statements.add("SET QUERY_TIMEOUT " + Math.max(1, timeout.toMillis())));
    statements.add(limitLockWait(Duration.ofSeconds(30)));
    return statements;
  }

  @Override
  public String setting(String name, String value) {
    boolean isWord = value.matches("-?\\w+");
    return "SET " + name + " " + (isWord ? value : "'" + value.replace("'", "''") + "'");
  }

  @Override
  public boolean isInProcess(String url) {
    return !url.toLowerCase(Locale.ROOT).matches("jdbc:h2:(tcp|ssl):.*")
        && !url.toUpperCase(Locale.ROOT).contains("AUTO_SERVER=TRUE");
  }

  @Override
  public String tables() {
    return "SELECT table_schema, table_name FROM information_schema.tables";
  }

  @Override
  public String schemas() {
    return "SELECT schema_name FROM information_schema.schemata";
  }

  @Override
  public String searchPath() {
    return "SELECT CURRENT_SCHEMA";
  }

  /** H2 has arrays, but Spark cannot read them. */
  @Override
  public Optional<String> typeFor(DataType type) {
    if (type instanceof DecimalType decimal) {
      return Optional.of("NUMERIC(" + decimal.precision() + "," + decimal.scale() + ")");
    }
    return Optional.ofNullable(
        Map.ofEntries(
                Map.entry(DataTypes.BooleanType, "BOOLEAN"),
                Map.entry(DataTypes.ByteType, "TINYINT"),
                Map.entry(DataTypes.ShortType, "SMALLINT"),
                Map.entry(DataTypes.IntegerType, "INTEGER"),
                Map.entry(DataTypes.LongType, "BIGINT"),
                Map.entry(DataTypes.FloatType, "REAL"),
                Map.entry(DataTypes.DoubleType, "DOUBLE PRECISION"),
                Map.entry(DataTypes.StringType, "VARCHAR"),
                Map.entry(DataTypes.DateType, "DATE"),
                Map.entry(DataTypes.TimestampType, "TIMESTAMP(6) WITH TIME ZONE"),
                Map.entry(DataTypes.TimestampNTZType, "TIMESTAMP(6)"),
                Map.entry(DataTypes.BinaryType, "BINARY LARGE OBJECT"))
            .get(type));
  }

  @Override
  public String staging(TableId stage, TableId target, List<StageColumn> columns) {
    return "CREATE TABLE " + Staging.asSelect(stage, target, columns);
  }

  /** Not possible: each statement that creates commits at once. */
  @Override
  public Optional<String> creationLock(TableId table) {
    return Optional.empty();
  }

  @Override
  public String limitLockWait(Duration wait) {
    return "SET LOCK_TIMEOUT " + wait.toMillis();
  }

  /** Not possible without committing. */
  @Override
  public void lockForWriting(Connection connection, TableId table) {}

  @Override
  public String clearing(Connection connection, TableId table, JdbcConfig.OverwriteBy by) {
    return "DELETE FROM " + table.sql();
  }

  @Override
  public boolean takesStream(Connection connection, TableId table) {
    return false;
  }

  @Override
  public String upsert(WritePlan plan, String source) {
    List<String> columns = plan.targetNames();
    String updates = assignments(plan.updates());
    return "MERGE INTO "
        + plan.target().sql()
        + " t USING ("
        + source
        + ") s ON "
        + plan.keys().stream()
            .map(TableId::quote)
            .map(key -> "t." + key + " = s." + key)
            .collect(Collectors.joining(" AND "))
        + (updates.isEmpty() ? "" : " WHEN MATCHED THEN UPDATE SET " + updates)
        + " WHEN NOT MATCHED THEN INSERT ("
        + TableId.quoteAll(columns)
        + ") VALUES ("
        + columns.stream()
            .map(column -> "s." + TableId.quote(column))
            .collect(Collectors.joining(", "))
        + ")";
  }

  @Override
  public boolean upsertRefusesDuplicates(WritePlan plan) {
    return false;
  }

  private static String assignments(List<String> columns) {
    return columns.stream()
        .map(TableId::quote)
        .map(column -> column + " = s." + column)
        .collect(Collectors.joining(", "));
  }

  @Override
  public IsolationDialect isolation() {
    return new NumberedIsolation(this, "_ROWID_", "CAST(? AS VARCHAR)");
  }

  @Override
  public String looseTexts() {
    return "SELECT column_name FROM information_schema.columns WHERE table_schema = ?"
        + " AND table_name = ? AND data_type = 'VARCHAR_IGNORECASE'";
  }

  /** Without a collation H2 compares as Java does, which is the same but for rare characters. */
  @Override
  public String byBytes(String text) {
    return "CAST(" + text + " AS VARCHAR)";
  }

  @Override
  public ReadDialect reading() {
    return ResultReads.STANDARD;
  }

  @Override
  public StageLoader loader(int batchSize) {
    return new BatchLoader(batchSize);
  }

  /**
   * A wait for a row does not notice it: that ends with an interrupt, after which H2 begins a new
   * one, with the limit that then holds. An H2 server ends a statement only if that itself is
   * cancelled, and waits for locks to end; so does a wait for a table.
   */
  @Override
  public void cancel(Connection connection, Thread user) throws SQLException {
    Session session = connection.unwrap(JdbcConnection.class).getSession();
    if (session instanceof SessionLocal local) {
      local.setLockTimeout(1);
      if (local.getBlockingSessionId() != 0) {
        // Not otherwise: in the midst of reading or writing it would close the file for everybody.
        user.interrupt();
      }
    }
    if (session != null) {
      session.cancel();
    }
  }

  /** H2 writes commits to its file only half a second later, unless it is told to. */
  @Override
  public void makeDurable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    } catch (SQLException e) {
      if (!NO_ADMIN.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  @Override
  public String toString() {
    return "H2";
  }
}
