package io.standpipe.jdbc;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsReplaceWhere;
import io.standpipe.spi.SupportsRowIsolation;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A database table. Every write is one transaction, whatever Spark repeats on the way; a write with
 * a commit token happens once however often it is asked for, because the transaction also leaves a
 * row with the token in the table {@code standpipe_commits} beside the target. It can be used from
 * any thread; between calls it has no connections but idle ones in the {@link ConnectionPool}.
 */
public final class JdbcConnector
    implements SupportsRead,
        SupportsIdempotentAppend,
        SupportsReplaceWhere,
        SupportsUpsert,
        SupportsDelete,
        SupportsRowIsolation,
        SupportsTable,
        SupportsSchema,
        SupportsHealthCheck {

  private final JdbcConfig config;
  private final ConnectionSettings settings;
  private final TableName name;
  private final Clock clock;

  JdbcConnector(JdbcConfig config) {
    this(config, Clock.systemUTC());
  }

  JdbcConnector(JdbcConfig config, Clock clock) {
    this.config = config;
    this.settings = ConnectionSettings.of(config);
    this.name = TableName.parse(config.table().orElseThrow());
    this.clock = clock;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    requireReachable(session, settings);
    return new TableReader(config, settings).read(session);
  }

  @Override
  public Set<WriteMode> recognisedModes() {
    return EnumSet.allOf(WriteMode.class);
  }

  @Override
  public Set<WriteMode> writeModes() {
    return WriteMode.withoutKeys();
  }

  @Override
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    return Set.of(SchemaEvolution.ADD_COLUMNS);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return run(session, rows, request);
  }

  @Override
  public WriteResult upsert(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return run(session, rows, request);
  }

  @Override
  public WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request) {
    return run(session, keys, request);
  }

  private WriteResult run(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    requireReachable(session, settings);
    return writer().run(session, rows, request);
  }

  @Override
  public WriteResult writeIsolating(
      SparkSession session, Dataset<Row> rows, WriteRequest request, RefusedRows refused) {
    requireReachable(session, settings);
    return new IsolatingWriter(writer(), config, settings).write(session, rows, request, refused);
  }

  @Override
  public WriteResult deleteWhere(SparkSession session, Condition condition) {
    return writer().deleteWhere(session, condition);
  }

  private TableWriter writer() {
    return new TableWriter(config, settings, name, clock);
  }

  @Override
  public boolean exists(SparkSession session) {
    return inCatalog("look for", catalog -> catalog.find(name).isPresent());
  }

  @Override
  public void create(SparkSession session, StructType schema) {
    List<StageColumn> columns =
        new ColumnMatch(settings.dialect(), config.columnTypes()).creating(schema);
    inCatalog(
        "create",
        catalog -> {
          Optional<TableId> found = catalog.find(name);
          if (found.isPresent()) {
            throw new ConnectorException(
                "table '" + found.get() + "' exists already", "Drop it first, or write to it.");
          }
          new TableDefinition(catalog.connection(), catalog.place(name)).create(columns, List.of());
          settings.dialect().makeDurable(catalog.connection());
          return true;
        });
  }

  @Override
  public void drop(SparkSession session) {
    inCatalog(
        "drop",
        catalog -> {
          TableId table = catalog.require(name);
          new TableDefinition(catalog.connection(), table).drop();
          new CommitLog(catalog.connection(), settings.dialect(), table).forget();
          settings.dialect().makeDurable(catalog.connection());
          return true;
        });
  }

  @Override
  public Optional<StructType> knownSchema() {
    return config.schema().map(StructType::fromDDL);
  }

  @Override
  public String ping(Duration timeout) {
    return HealthCheck.ping(new TableReader(config, settings), timeout);
  }

  /** Work on the catalog of the database. */
  @FunctionalInterface
  private interface CatalogWork<T> {
    T run(Catalog catalog) throws SQLException;
  }

  private <T> T inCatalog(String verb, CatalogWork<T> work) {
    return SqlErrors.translate(
        verb + " table '" + name + "'",
        settings,
        () -> settings.use(connection -> work.run(new Catalog(connection, settings.dialect()))));
  }

  /** What is used at this moment becomes idle later, and is then closed after its idle time. */
  @Override
  public void close() {
    ConnectionPool.drain(settings);
  }

  /** An embedded database cannot be opened by the executors of a cluster. */
  static void requireReachable(SparkSession session, ConnectionSettings settings) {
    if (settings.dialect().isInProcess(settings.url()) && !session.sparkContext().isLocal()) {
      throw new ConnectorException(
          settings.location() + " is embedded in this process, and executors run in others",
          "Use a database server, or run Spark with a local master.");
    }
  }
}
