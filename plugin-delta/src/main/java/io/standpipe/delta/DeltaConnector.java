package io.standpipe.delta;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SessionNeeds;
import io.standpipe.spi.SupportsChangeFeed;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsHistory;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsMaintenance;
import io.standpipe.spi.SupportsReplaceWhere;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsTimeTravel;
import io.standpipe.spi.SupportsUpdate;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One Delta table.
 *
 * <p>Every write is one commit: readers see all of it or nothing, and a write that fails leaves
 * nothing visible. Append, overwrite and upsert create the table if it is not there. With a commit
 * token a repeated write of any mode changes nothing and reports {@link
 * WriteResult.Outcome#ALREADY_COMMITTED}. The table keeps one transaction id per token; its
 * property {@code delta.setTransactionRetentionDuration} bounds them.
 *
 * <p>Keys are never NULL: an upsert or a delete of a row with a NULL in its key is refused, and so
 * is an upsert of two rows with one key. Columns that an upsert's rows lack keep their values, and
 * are NULL in new rows.
 *
 * <p>Concurrent writers: appends never disturb one another; of two changes that read what the other
 * writes, the later one fails with verdict {@link io.standpipe.spi.Verdict#CONFLICT} and leaves
 * nothing behind.
 *
 * <p>Thread-safe: it has no state besides its configuration.
 */
public final class DeltaConnector
    implements SupportsIdempotentAppend,
        SupportsReplaceWhere,
        SupportsUpsert,
        SupportsDelete,
        SupportsUpdate,
        SupportsTimeTravel,
        SupportsChangeFeed,
        SupportsHistory,
        SupportsMaintenance,
        SupportsTable,
        SupportsHealthCheck,
        SupportsSchema {
  private final DeltaConfig config;
  private final TableAddress address;

  /** The connector of the configured table; opens nothing. */
  public DeltaConnector(DeltaConfig config) {
    this.config = config;
    this.address = TableAddress.of(config);
  }

  /**
   * Delta's session extension, its catalog as {@code spark_catalog}, and, unless set otherwise,
   * that dates before 1582 are written as they are, where Spark 3 refuses them, and that a table's
   * log is read in 4 tasks instead of 50, enough for some hundred thousand files.
   */
  @Override
  public SessionNeeds sessionNeeds() {
    return SessionNeeds.none()
        .withExtension("io.delta.sql.DeltaSparkSessionExtension")
        .withCatalog("spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .withDefault("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        .withDefault("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED")
        .withDefault("spark.databricks.delta.snapshotPartitions", "4");
  }

  @Override
  public boolean takesExpressions() {
    return true;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return reads(session).read();
  }

  @Override
  public Dataset<Row> readVersion(SparkSession session, TableVersion version) {
    return reads(session).readVersion(version);
  }

  /**
   * The changed rows, with the columns {@code _change_type} ({@code insert}, {@code delete}, {@code
   * update_preimage}, {@code update_postimage}), {@code _commit_version} and {@code
   * _commit_timestamp}. A bound that is a time means the version that was current then.
   */
  @Override
  public Dataset<Row> changes(SparkSession session, TableVersion from, Optional<TableVersion> to) {
    return reads(session).changes(from, to);
  }

  private DeltaReads reads(SparkSession session) {
    return new DeltaReads(config, address, session);
  }

  @Override
  public Set<WriteMode> recognisedModes() {
    return EnumSet.allOf(WriteMode.class);
  }

  @Override
  public Set<WriteMode> writeModes() {
    return config.pinned() ? Set.of() : WriteMode.withoutKeys();
  }

  @Override
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    return mode == WriteMode.OVERWRITE
        ? Set.of(SchemaEvolution.ADD_COLUMNS, SchemaEvolution.REPLACE)
        : Set.of(SchemaEvolution.ADD_COLUMNS);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    requireNotPinned();
    return new DeltaWrites(config, address, session).write(rows, request);
  }

  @Override
  public WriteResult upsert(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return merges(session).upsert(rows, request);
  }

  @Override
  public WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request) {
    return merges(session).delete(keys, request);
  }

  @Override
  public WriteResult deleteWhere(SparkSession session, Condition condition) {
    return merges(session).deleteWhere(condition);
  }

  @Override
  public WriteResult update(
      SparkSession session, Condition condition, Map<String, String> assignments) {
    return merges(session).update(condition, assignments);
  }

  private DeltaMerges merges(SparkSession session) {
    requireNotPinned();
    return new DeltaMerges(config, address, session);
  }

  /** Delta's {@code DESCRIBE HISTORY}. */
  @Override
  public Dataset<Row> history(SparkSession session) {
    address.require(session);
    return address.handle(session).history();
  }

  @Override
  public Set<String> maintenanceOperations() {
    return DeltaMaintenance.operations();
  }

  /**
   * {@code vacuum} removes files that no version within {@code retention} (a duration, by default
   * the table's own) needs; with {@code dryRun: true} it only lists them. {@code optimize} merges
   * small files, ordered by the comma-separated columns of {@code zOrderBy} if given, in the
   * partitions that {@code where} selects.
   */
  @Override
  public Dataset<Row> maintain(
      SparkSession session, String operation, Map<String, String> options) {
    requireNotPinned();
    return new DeltaMaintenance(address, session).run(operation, options);
  }

  @Override
  public boolean exists(SparkSession session) {
    return address.find(session).isPresent();
  }

  @Override
  public void create(SparkSession session, StructType schema) {
    requireNotPinned();
    new DeltaTables(config, address, session).create(schema);
  }

  /** Removes the table, its files included, whether Spark's catalog manages them or not. */
  @Override
  public void drop(SparkSession session) {
    requireNotPinned();
    new DeltaTables(config, address, session).drop();
  }

  /**
   * Looks for the log of a table in a local folder. Any other table can be reached through Spark
   * only, and is refused rather than called well.
   */
  @Override
  public String ping(Duration timeout) {
    LocalLog log =
        config
            .path()
            .flatMap(LocalLog::of)
            .orElseThrow(
                () ->
                    new Problem.Refusal(
                        "cannot tell without Spark whether " + address.label() + " answers",
                        "Read it: only a Spark session can reach its catalog or file system."));
    OptionalLong version = newestVersion(log);
    if (version.isEmpty()) {
      throw new Problem.Refusal(
          "cannot open " + address.label() + ": there is no table at that path",
          "Check the path, or write to it first.");
    }
    return address.label() + ", version " + version.getAsLong();
  }

  private OptionalLong newestVersion(LocalLog log) {
    try {
      return log.newestVersion();
    } catch (IOException e) {
      throw new ConnectorException(
          "cannot open " + address.label() + ": " + e, "Check the folder and its permissions.", e);
    }
  }

  /**
   * The declared schema, or that of the table in a local folder if the newest part of its log tells
   * it.
   */
  @Override
  public Optional<StructType> knownSchema() {
    Optional<StructType> declared = config.declaredSchema();
    if (declared.isPresent() || config.timestamp().isPresent()) {
      return declared;
    }
    return config.path().flatMap(LocalLog::of).flatMap(this::schemaOf);
  }

  private Optional<StructType> schemaOf(LocalLog log) {
    try {
      OptionalLong newest = log.newestVersion();
      return newest.isEmpty()
          ? Optional.empty()
          : log.schemaAt(config.version().orElse(newest.getAsLong()));
    } catch (IOException | RuntimeException unreadable) {
      // Not known, then: the run will say what is wrong with the table.
      return Optional.empty();
    }
  }

  private void requireNotPinned() {
    if (config.pinned()) {
      throw new Problem.Refusal(
          "cannot change " + address.label() + ": the storage is pinned to an older version",
          "Use a storage without version and timestamp.");
    }
  }
}
