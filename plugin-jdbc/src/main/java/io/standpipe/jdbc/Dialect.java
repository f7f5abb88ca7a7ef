package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/** What differs between databases. */
interface Dialect {

  /** The dialect for a JDBC URL that the configuration accepted. */
  static Dialect of(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    if (lower.startsWith("jdbc:mariadb:")) {
      return MariaDb.INSTANCE;
    }
    return lower.startsWith("jdbc:h2:") ? H2.INSTANCE : PostgreSql.INSTANCE;
  }

  /** The class of the driver. */
  String driver();

  /** Driver properties that every connection gets unless the user sets them. */
  Map<String, String> connectionProperties(Duration connectTimeout);

  /** The driver properties that say how a server proves who it is, for messages. */
  default String tlsProperties() {
    return "the TLS settings";
  }

  /** Driver properties that bound the wait for a silent server. */
  Map<String, String> timeoutProperties(Duration timeout);

  /**
   * SQL that removes what the last user of a connection left in its session, before the session
   * statements are run again.
   *
   * @param properties those that the driver got
   */
  List<String> cleaning(Map<String, String> properties);

  /** SQL that a connection starts with. */
  List<String> sessionStatements(Optional<Duration> queryTimeout);

  /** SQL that nothing which the user sets for the connection may undo. */
  default List<String> lastStatements() {
    return List.of();
  }

  /**
   * SQL that sets something for the connection.
   *
   * @param name letters, digits, underscores and dots
   * @param value any text
   */
  String setting(String name, String value);

  /** Whether only this process can open the database. */
  boolean isInProcess(String url);

  /** A query for the schema and name of every table and view. */
  String tables();

  /** A query for the name of every schema. */
  String schemas();

  /** A query for the schemas that a name without schema is sought in, first one first. */
  String searchPath();

  /** The type for a column that is to be created; empty if the database has none. */
  Optional<String> typeFor(DataType type);

  /** What a column of the database holds. */
  default Family family(int jdbcType, String typeName) {
    return Family.of(jdbcType, typeName);
  }

  /**
   * How much a column holds.
   *
   * @param columnSize what the driver says: of a decimal number its digits
   * @param decimalDigits what the driver says: the digits after the point
   */
  default ColumnInfo.Size size(Family family, int columnSize, int decimalDigits) {
    return new ColumnInfo.Size(columnSize, decimalDigits);
  }

  /**
   * The statement that creates a staging table: the attempt, and the columns with the types that
   * they have in the target or are to be created with.
   */
  String staging(TableId stage, TableId target, List<StageColumn> columns);

  /** The columns of the commit log, without its primary key. */
  default String commitLogColumns() {
    return "\"token\" varchar(1000) NOT NULL, \"target\" varchar(256) NOT NULL,"
        + " \"row_count\" bigint NOT NULL,"
        + " \"committed_at\" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL";
  }

  /** Whether the error is that of a key that is there already. */
  default boolean isDuplicate(SQLException error) {
    return "23505".equals(error.getSQLState());
  }

  /** Whether the count of an upsert is that of its rows. */
  default boolean countsUpdates() {
    return true;
  }

  /** The literal of a backslash. */
  default String likeEscape() {
    return "'\\'";
  }

  /** Keeps others from creating the table until the transaction ends, where that is possible. */
  Optional<String> creationLock(TableId table);

  /** Limits how long a statement of this connection waits for locks. */
  String limitLockWait(Duration wait);

  /** Keeps others from writing to the table until the transaction ends, where that is possible. */
  void lockForWriting(Connection connection, TableId table) throws SQLException;

  /**
   * The statement that removes all rows within a transaction: by TRUNCATE only if that is asked.
   */
  String clearing(Connection connection, TableId table, JdbcConfig.OverwriteBy by)
      throws SQLException;

  /** Whether a task can send rows straight to this table, as {@link StreamedWrite} does. */
  boolean takesStream(Connection connection, TableId table) throws SQLException;

  /**
   * The statement that inserts or updates.
   *
   * @param source a SELECT of the plan's columns in their order
   */
  String upsert(WritePlan plan, String source);

  /** Whether the upsert statement fails with SQL state 21000 for two rows with one key. */
  boolean upsertRefusesDuplicates(WritePlan plan);

  /**
   * A query, for a schema and a table, for the columns whose texts can be equal for the database
   * though their bytes differ.
   */
  String looseTexts();

  /** A text that compares by its bytes, as Spark does, whatever the collation of its column. */
  String byBytes(String text);

  /** How the database is read. */
  ReadDialect reading();

  /** How a task fills a staging table. */
  StageLoader loader(int batchSize);

  /** Begins a transaction whose every statement sees what others have committed by then. */
  default Optional<String> seesNewest() {
    return Optional.empty();
  }

  /** How rows that a table refuses are found. */
  IsolationDialect isolation();

  /**
   * Ends the statement that another thread runs on the connection, as far as the driver can; if
   * there is none, nothing happens or the next one ends.
   */
  void cancel(Connection connection, Thread user) throws SQLException;

  /** Makes committed rows survive the end of this process at any moment. */
  void makeDurable(Connection connection) throws SQLException;
}
