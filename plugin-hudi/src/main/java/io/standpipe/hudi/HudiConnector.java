package io.standpipe.hudi;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SessionNeeds;
import io.standpipe.spi.SupportsChangeFeed;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsHistory;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsMaintenance;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsTimeTravel;
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
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One Hudi table.
 *
 * <p>Every write is one commit: readers see all of it or nothing. What a failed or killed write
 * leaves is invisible and removed by the next one. Append, overwrite and upsert create the table if
 * it is not there. With a commit token a repeated write of any mode changes nothing and reports
 * {@link WriteResult.Outcome#ALREADY_COMMITTED}: the token is stored with the commit and looked for
 * in the timeline, its archive included.
 *
 * <p>Keys are never NULL: any write of a row with a NULL in its key is refused, and so is an upsert
 * of two rows with one key. An upsert replaces whole rows.
 *
 * <p>Concurrent writers: by default the writes of one process to a table wait for one another, and
 * no other process may write it; see {@link HudiConfig.Concurrency}.
 *
 * <p>Thread-safe: it has no state besides its configuration.
 */
public final class HudiConnector
    implements SupportsIdempotentAppend,
        SupportsUpsert,
        SupportsDelete,
        SupportsTimeTravel,
        SupportsChangeFeed,
        SupportsHistory,
        SupportsMaintenance,
        SupportsTable,
        SupportsHealthCheck,
        SupportsSchema {
  private final HudiConfig config;
  private final TableAddress address;

  /** The connector of the configured table; opens nothing. */
  public HudiConnector(HudiConfig config) {
    this.config = config;
    this.address = TableAddress.of(config.path());
  }

  /**
   * Hudi's session extension and its serializers, without which it refuses to write. Tables are
   * found by path, so that no catalog is needed. Unless set otherwise, dates before 1582 are
   * written as they are, where Spark 3 refuses them. Lists are written with three levels, because
   * with two they cannot hold a NULL.
   */
  @Override
  public SessionNeeds sessionNeeds() {
    return SessionNeeds.none()
        .withExtension("org.apache.spark.sql.hudi.HoodieSparkSessionExtension")
        .withConf("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .withConf("spark.kryo.registrator", "org.apache.spark.HoodieSparkKryoRegistrar")
        .withConf("spark.hadoop.parquet.avro.write-old-list-structure", "false")
        .withDefault("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        .withDefault("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
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
   * The rows that were inserted or updated between the versions and are still there, as they are at
   * the last one, with {@code _hoodie_commit_time}. Of a table that records changes, each change
   * with {@code op} ({@code i}, {@code u}, {@code d}), {@code ts_ms} (the version), and the row
   * {@code before} and {@code after} as JSON.
   */
  @Override
  public Dataset<Row> changes(SparkSession session, TableVersion from, Optional<TableVersion> to) {
    return reads(session).changes(from, to);
  }

  private HudiReads reads(SparkSession session) {
    return new HudiReads(config, address, session);
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
    return mode == WriteMode.DELETE ? Set.of() : Set.of(SchemaEvolution.ADD_COLUMNS);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return new HudiWrites(config, address, session).write(rows, request);
  }

  @Override
  public WriteResult upsert(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return new HudiChanges(config, address, session).upsert(rows, request);
  }

  @Override
  public WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request) {
    return new HudiChanges(config, address, session).delete(keys, request);
  }

  @Override
  public WriteResult deleteWhere(SparkSession session, Condition condition) {
    return new HudiChanges(config, address, session).deleteWhere(condition);
  }

  /** The timeline as far as it is not archived, with the rows that each commit changed. */
  @Override
  public Dataset<Row> history(SparkSession session) {
    return HudiHistory.of(address.require(session), session);
  }

  @Override
  public Set<String> maintenanceOperations() {
    return HudiMaintenance.operations();
  }

  /**
   * {@code compact} merges the logs of a merge-on-read table into its files. {@code cluster} merges
   * small files, ordered by the comma-separated columns of {@code sortBy} if given. {@code clean}
   * removes files that none of the newest {@code retainCommits} versions needs. {@code rollback}
   * removes what failed writes have left.
   */
  @Override
  public Dataset<Row> maintain(
      SparkSession session, String operation, Map<String, String> options) {
    return new HudiMaintenance(config, address, session).run(operation, options);
  }

  @Override
  public boolean exists(SparkSession session) {
    return address.find(session).isPresent();
  }

  /** Creates the table by a commit without rows. All its columns can be NULL. */
  @Override
  public void create(SparkSession session, StructType schema) {
    new HudiWrites(config, address, session).create(schema);
  }

  /** Removes the table with its folder. */
  @Override
  public void drop(SparkSession session) {
    address.require(session);
    Path folder = new Path(address.path());
    try {
      folder.getFileSystem(session.sessionState().newHadoopConf()).delete(folder, true);
    } catch (IOException e) {
      throw Problem.of("drop " + address.label(), e);
    }
  }

  /**
   * Looks for the timeline of a table in a local folder. Any other table can be reached through
   * Spark only, and is refused rather than called well.
   */
  @Override
  public String ping(Duration timeout) {
    if (!address.local()) {
      throw new Problem.Refusal(
          "cannot tell without Spark whether " + address.label() + " answers",
          "Read it: only a Spark session can reach its file system.");
    }
    OpenTable table = openLocally();
    String newest =
        table.commits().stream()
            .findFirst()
            .map(c -> "version " + c.requestedTime())
            .orElse("empty");
    return address.label() + ", " + newest;
  }

  private OpenTable openLocally() {
    Optional<OpenTable> table;
    try {
      table = address.find(new Configuration());
    } catch (RuntimeException e) {
      throw new ConnectorException(
          "cannot open " + address.label() + ": " + e, "Check the folder and its permissions.", e);
    }
    return table.orElseThrow(
        () ->
            new Problem.Refusal(
                "cannot open " + address.label() + ": there is no table at that path",
                "Check the path, or write to it first."));
  }

  /** The declared schema, or that of the newest commit of the table in a local folder. */
  @Override
  public Optional<StructType> knownSchema() {
    Optional<StructType> declared = config.declaredSchema();
    if (declared.isPresent() || !address.local()) {
      return declared;
    }
    try {
      return address.find(new Configuration()).flatMap(OpenTable::schema);
    } catch (RuntimeException unreadable) {
      // Not known, then: the run will say what is wrong with the table.
      return Optional.empty();
    }
  }
}
