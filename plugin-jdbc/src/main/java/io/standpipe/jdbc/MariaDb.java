package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
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

/**
 * MariaDB with InnoDB tables. Its connections understand double quotes around names, refuse values
 * that do not fit, and keep instants in UTC. A statement that creates something commits at once, so
 * it comes before the rows are touched; {@code TRUNCATE} does too, and is not used.
 */
enum MariaDb implements Dialect {
  INSTANCE;

  /** The column that numbers the rows of a staging table. */
  private static final String NUMBER = "`standpipe$number`";

  /** Error number of a key that is there already. */
  private static final int DUPLICATE = 1062;

  @Override
  public String driver() {
    return "org.mariadb.jdbc.Driver";
  }

  @Override
  public Map<String, String> connectionProperties(Duration connectTimeout) {
    return Map.of(
        "connectTimeout", String.valueOf(Math.max(1, connectTimeout.toMillis())),
        "useCatalogTerm", "SCHEMA",
        "timezone", "UTC",
        "forceConnectionTimeZoneToSession", "true",
        "useBulkStmts", "true",
        // A batch of one row would be sent as text, and the largest float as text is refused.
        "useServerPrepStmts", "true",
        "useAffectedRows", "true",
        "tcpKeepAlive", "true");
  }

  @Override
  public String tlsProperties() {
    return "'sslMode' and 'serverSslCert'";
  }

  @Override
  public Map<String, String> timeoutProperties(Duration timeout) {
    String millis = String.valueOf(Math.max(1, timeout.toMillis()));
    return Map.of("connectTimeout", millis, "socketTimeout", millis);
  }

  @Override
  public List<String> cleaning(Map<String, String> properties) {
    return List.of("DO RELEASE_ALL_LOCKS()", "SET lock_wait_timeout = DEFAULT");
  }

  @Override
  public List<String> sessionStatements(Optional<Duration> queryTimeout) {
    List<String> statements = new ArrayList<>();
    statements.add("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,STRICT_ALL_TABLES')");
    queryTimeout.ifPresent(
        timeout ->
            statements.add(
                String.format(
                    Locale.ROOT,
                    "SET max_statement_time = %.3f",
                    Math.max(1, timeout.toMillis()) / 1000.0)));
    return statements;
  }

  @Override
  public String setting(String name, String value) {
    boolean isWord = value.matches("-?\\w+");
    String text = "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    return "SET " + name + " = " + (isWord ? value : text);
  }

  @Override
  public boolean isInProcess(String url) {
    return false;
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
    return "SELECT database() FROM dual WHERE database() IS NOT NULL";
  }

  @Override
  public Optional<String> typeFor(DataType type) {
    if (type instanceof DecimalType decimal) {
      return Optional.of("decimal(" + decimal.precision() + "," + decimal.scale() + ")");
    }
    return Optional.ofNullable(
        Map.ofEntries(
                Map.entry(DataTypes.BooleanType, "boolean"),
                Map.entry(DataTypes.ByteType, "smallint"),
                Map.entry(DataTypes.ShortType, "smallint"),
                Map.entry(DataTypes.IntegerType, "integer"),
                Map.entry(DataTypes.LongType, "bigint"),
                Map.entry(DataTypes.FloatType, "float"),
                Map.entry(DataTypes.DoubleType, "double"),
                Map.entry(DataTypes.StringType, "longtext CHARACTER SET utf8mb4"),
                Map.entry(DataTypes.DateType, "date"),
                Map.entry(DataTypes.TimestampType, "timestamp(6)"),
                Map.entry(DataTypes.TimestampNTZType, "datetime(6)"),
                Map.entry(DataTypes.BinaryType, "longblob"))
            .get(type));
  }

  /** Its timestamp is a moment; its boolean is a number of one digit. */
  @Override
  public Family family(int jdbcType, String typeName) {
    if (typeName.equalsIgnoreCase("timestamp")) {
      return Family.TIMESTAMP_WITH_ZONE;
    } else if (jdbcType == Types.BOOLEAN
        || (jdbcType == Types.BIT && typeName.toLowerCase(Locale.ROOT).startsWith("tinyint"))) {
      return Family.BOOLEAN;
    }
    return Family.of(jdbcType, typeName);
  }

  /** Of a time the driver tells the length of its text: with a fraction 20, and its digits. */
  @Override
  public ColumnInfo.Size size(Family family, int columnSize, int decimalDigits) {
    boolean isTime = family == Family.TIMESTAMP || family == Family.TIMESTAMP_WITH_ZONE;
    return new ColumnInfo.Size(columnSize, isTime ? Math.max(0, columnSize - 20) : decimalDigits);
  }

  @Override
  public String staging(TableId stage, TableId target, List<StageColumn> columns) {
    String created =
        columns.stream()
            .filter(column -> column.creation().isPresent())
            .map(
                column ->
                    ", " + TableId.quote(column.target()) + " " + column.creation().get() + " NULL")
            .collect(Collectors.joining());
    List<String> known =
        columns.stream()
            .filter(column -> column.creation().isEmpty())
            .map(StageColumn::target)
            .toList();
    return "CREATE TABLE "
        + stage.sql()
        + " ("
        + TableId.quote(Staging.ATTEMPT)
        + " bigint, "
        + NUMBER
        + " bigint AUTO_INCREMENT PRIMARY KEY"
        + created
        + ") ENGINE=InnoDB"
        + (known.isEmpty()
            ? ""
            : " SELECT " + TableId.quoteAll(known) + " FROM " + target.sql() + " LIMIT 0");
  }

  @Override
  public String commitLogColumns() {
    return "\"token\" varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
        + " \"target\" varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
        + " \"row_count\" bigint NOT NULL,"
        + " \"committed_at\" timestamp(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL";
  }

  @Override
  public boolean isDuplicate(SQLException error) {
    return error.getErrorCode() == DUPLICATE;
  }

  /** Not possible: each statement that creates commits at once. */
  @Override
  public Optional<String> creationLock(TableId table) {
    return Optional.empty();
  }

  @Override
  public String limitLockWait(Duration wait) {
    return "SET lock_wait_timeout = " + Math.max(1, wait.toSeconds());
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

  /** The keys are in order, so that two upserts wait instead of deadlocking. */
  @Override
  public String upsert(WritePlan plan, String source) {
    List<String> changed = plan.updates().isEmpty() ? plan.keys().subList(0, 1) : plan.updates();
    String value = plan.updates().isEmpty() ? "%1$s = %2$s.%1$s" : "%1$s = VALUES(%1$s)";
    return "INSERT INTO "
        + plan.target().sql()
        + " ("
        + TableId.quoteAll(plan.targetNames())
        + ") "
        + source
        + " ORDER BY "
        + TableId.quoteAll(plan.keys())
        + " ON DUPLICATE KEY UPDATE "
        + changed.stream()
            .map(TableId::quote)
            .map(column -> String.format(value, column, plan.target().sql()))
            .collect(Collectors.joining(", "));
  }

  @Override
  public boolean upsertRefusesDuplicates(WritePlan plan) {
    return false;
  }

  /** It counts a row that it updates twice. */
  @Override
  public boolean countsUpdates() {
    return false;
  }

  @Override
  public String likeEscape() {
    return "'\\\\'";
  }

  @Override
  public String looseTexts() {
    return "SELECT column_name FROM information_schema.columns WHERE table_schema = ?"
        + " AND table_name = ? AND collation_name NOT LIKE '%nopad_bin'";
  }

  /** Of the bytes in Unicode, whatever the column's character set; blanks at the end count. */
  @Override
  public String byBytes(String text) {
    return "CONVERT(" + text + " USING utf8mb4) COLLATE utf8mb4_nopad_bin";
  }

  @Override
  public ReadDialect reading() {
    return ResultReads.MARIADB;
  }

  @Override
  public StageLoader loader(int batchSize) {
    return new BatchLoader(batchSize);
  }

  @Override
  public Optional<String> seesNewest() {
    return Optional.of("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  }

  @Override
  public IsolationDialect isolation() {
    return new NumberedIsolation(this, NUMBER, "CAST(? AS CHAR)");
  }

  /** A new statement stands for any: the driver ends what runs on its connection. */
  @Override
  public void cancel(Connection connection, Thread user) throws SQLException {
    try (Statement any = connection.createStatement()) {
      any.cancel();
    }
  }

  /** A commit is durable by itself. */
  @Override
  public void makeDurable(Connection connection) {}

  @Override
  public String toString() {
    return "MariaDB";
  }
}
