package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.postgresql.PGConnection;

/** PostgreSQL. */
enum PostgreSql implements Dialect {
  INSTANCE;

  /** Advisory locks under which tables are created; the number is this program's own. */
  private static final int CREATION_LOCKS = 0x7374616e;

  /** TRUNCATE is much faster than DELETE, but not possible everywhere. */
  private static final String CAN_TRUNCATE =
      "SELECT c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'TRUNCATE') AND NOT EXISTS"
          + " (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.contype = 'f'"
          + " AND k.confrelid = c.oid) FROM pg_catalog.pg_class c"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = ? AND c.relname = ?";

  /** COPY passes over rewrite rules, and refuses views and tables with row security. */
  private static final String CAN_COPY =
      "SELECT c.relkind IN ('r', 'p') AND NOT c.relhasrules AND NOT c.relrowsecurity"
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = ? AND c.relname = ?";

  @Override
  public String driver() {
    return "org.postgresql.Driver";
  }

  @Override
  public Map<String, String> connectionProperties(Duration connectTimeout) {
    String seconds = seconds(connectTimeout);
    return Map.of(
        "connectTimeout", seconds,
        "loginTimeout", seconds,
        "tcpKeepAlive", "true",
        "cancelSignalTimeout", "2",
        "ApplicationName", "standpipe",
        // A bound text may stand for any type, so that conditions work on dates, uuids and enums.
        "stringtype", "unspecified");
  }

  @Override
  public String tlsProperties() {
    return "'sslmode' and 'sslrootcert'";
  }

  @Override
  public Map<String, String> timeoutProperties(Duration timeout) {
    String seconds = seconds(timeout);
    return Map.of("connectTimeout", seconds, "loginTimeout", seconds, "socketTimeout", seconds);
  }

  private static String seconds(Duration duration) {
    return String.valueOf(Math.max(1, (duration.toMillis() + 999) / 1000));
  }

  /** Discards everything, then sets again what the driver sets after it has connected. */
  @Override
  public List<String> cleaning(Map<String, String> properties) {
    return List.of(
        "DISCARD ALL",
        "SET extra_float_digits = 3",
        setting("application_name", properties.getOrDefault("ApplicationName", "")));
  }

  @Override
  public List<String> sessionStatements(Optional<Duration> queryTimeout) {
    List<String> statements = new ArrayList<>(lastStatements());
    queryTimeout.ifPresent(
        timeout -> statements.add("SET statement_timeout = " + Math.max(1, timeout.toMillis())));
    return statements;
  }

  /** Else a backslash in a literal would change what follows. */
  @Override
  public List<String> lastStatements() {
    return List.of("SET standard_conforming_strings = on");
  }

  @Override
  public String setting(String name, String value) {
    return "SELECT set_config('" + name + "', '" + value.replace("'", "''") + "', false)";
  }

  @Override
  public boolean isInProcess(String url) {
    return false;
  }

  @Override
  public String tables() {
    return "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')";
  }

  @Override
  public String schemas() {
    return "SELECT nspname FROM pg_catalog.pg_namespace";
  }

  @Override
  public String searchPath() {
    return "SELECT unnest(current_schemas(false))";
  }

  @Override
  public Optional<String> typeFor(DataType type) {
    if (type instanceof ArrayType array) {
      return array.elementType() instanceof ArrayType
          ? Optional.empty()
          : typeFor(array.elementType()).map(element -> element + "[]");
    } else if (type instanceof DecimalType decimal) {
      return Optional.of("numeric(" + decimal.precision() + "," + decimal.scale() + ")");
    }
    return Optional.ofNullable(
        Map.ofEntries(
                Map.entry(DataTypes.BooleanType, "boolean"),
                Map.entry(DataTypes.ByteType, "smallint"),
                Map.entry(DataTypes.ShortType, "smallint"),
                Map.entry(DataTypes.IntegerType, "integer"),
                Map.entry(DataTypes.LongType, "bigint"),
                Map.entry(DataTypes.FloatType, "real"),
                Map.entry(DataTypes.DoubleType, "double precision"),
                Map.entry(DataTypes.StringType, "text"),
                Map.entry(DataTypes.DateType, "date"),
                Map.entry(DataTypes.TimestampType, "timestamp with time zone"),
                Map.entry(DataTypes.TimestampNTZType, "timestamp without time zone"),
                Map.entry(DataTypes.BinaryType, "bytea"))
            .get(type));
  }

  /** A scale is a number of eleven bits with a sign. */
  @Override
  public ColumnInfo.Size size(Family family, int columnSize, int decimalDigits) {
    return new ColumnInfo.Size(
        columnSize, decimalDigits < 1024 ? decimalDigits : decimalDigits - 2048);
  }

  /** Not logged: faster, and what a crash of the server empties is noticed before it is used. */
  @Override
  public String staging(TableId stage, TableId target, List<StageColumn> columns) {
    return "CREATE UNLOGGED TABLE " + Staging.asSelect(stage, target, columns);
  }

  @Override
  public Optional<String> creationLock(TableId table) {
    return Optional.of(
        "SELECT pg_advisory_xact_lock(" + CREATION_LOCKS + ", " + table.sql().hashCode() + ")");
  }

  @Override
  public String limitLockWait(Duration wait) {
    return "SET lock_timeout = " + wait.toMillis();
  }

  @Override
  public void lockForWriting(Connection connection, TableId table) throws SQLException {
    execute(connection, "LOCK TABLE " + table.sql() + " IN SHARE ROW EXCLUSIVE MODE");
  }

  @Override
  public String clearing(Connection connection, TableId table, JdbcConfig.OverwriteBy by)
      throws SQLException {
    boolean truncates =
        by == JdbcConfig.OverwriteBy.TRUNCATE && holds(CAN_TRUNCATE, connection, table);
    return (truncates ? "TRUNCATE TABLE " : "DELETE FROM ") + table.sql();
  }

  @Override
  public boolean takesStream(Connection connection, TableId table) throws SQLException {
    return holds(CAN_COPY, connection, table);
  }

  /** What a query says about a table; true for one that is yet to be created. */
  private static boolean holds(String sql, Connection connection, TableId table)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table.schema());
      statement.setString(2, table.name());
      try (ResultSet found = statement.executeQuery()) {
        return !found.next() || found.getBoolean(1);
      }
    }
  }

  /** The rows come in the order of their keys: two upserts then wait instead of deadlocking. */
  @Override
  public String upsert(WritePlan plan, String source) {
    String updates =
        plan.updates().stream()
            .map(TableId::quote)
            .map(column -> column + " = EXCLUDED." + column)
            .collect(Collectors.joining(", "));
    String keyList = TableId.quoteAll(plan.keys());
    return "INSERT INTO "
        + plan.target().sql()
        + " ("
        + TableId.quoteAll(plan.targetNames())
        + ") "
        + source
        + " ORDER BY "
        + keyList
        + " ON CONFLICT ("
        + keyList
        + ") DO "
        + (updates.isEmpty() ? "NOTHING" : "UPDATE SET " + updates);
  }

  /** It does where it updates. */
  @Override
  public boolean upsertRefusesDuplicates(WritePlan plan) {
    return !plan.updates().isEmpty();
  }

  @Override
  public Optional<String> seesNewest() {
    return Optional.of("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  }

  @Override
  public IsolationDialect isolation() {
    return PostgresIsolation.INSTANCE;
  }

  /** Citext is a type of its own for texts that differ in case only. */
  @Override
  public String looseTexts() {
    return "SELECT a.attname FROM pg_catalog.pg_attribute a"
        + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
        + " JOIN pg_catalog.pg_collation k ON k.oid = a.attcollation"
        + " WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0"
        // Before PostgreSQL 12 there are no such collations, and no such column.
        + " AND (to_jsonb(k) ->> 'collisdeterministic' = 'false' OR t.typname = 'citext')";
  }

  @Override
  public String byBytes(String text) {
    return text + "::text COLLATE \"C\"";
  }

  @Override
  public ReadDialect reading() {
    return PostgresReads.INSTANCE;
  }

  @Override
  public StageLoader loader(int batchSize) {
    return new CopyLoader();
  }

  @Override
  public void cancel(Connection connection, Thread user) throws SQLException {
    connection.unwrap(PGConnection.class).cancelQuery();
  }

  /** A commit is durable by itself. */
  @Override
  public void makeDurable(Connection connection) {}

  @Override
  public String toString() {
    return "PostgreSQL";
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
