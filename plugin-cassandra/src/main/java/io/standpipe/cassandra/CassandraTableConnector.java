package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.metadata.schema.RelationMetadata;
import io.standpipe.spi.Condition;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One table of Apache Cassandra.
 *
 * <p>Cassandra has no transactions over rows: what a failed write has written so far stays, and
 * readers see rows as they arrive. Every write of a row replaces the columns that it has by primary
 * key, so that a repeated write leaves the same rows; mode append is not a different one. Only with
 * the option {@code commitTable} it recognises a commit token, see {@link WithCommits}. An append
 * to a table with counters adds to them, and is never repeated.
 *
 * <p>Mode overwrite has to be allowed by the option {@code confirmTruncate}, because its promise
 * that readers see all or nothing cannot be kept: it truncates, then writes.
 *
 * <p>Thread-safe: besides its configuration it only knows what it last saw of the schema. Sessions
 * belong to the Spark Cassandra Connector, which closes them when they have been idle for {@code
 * keepAlive}.
 */
public class CassandraTableConnector
    implements SupportsRead,
        SupportsWrite,
        SupportsUpsert,
        SupportsDelete,
        SupportsTable,
        SupportsHealthCheck {
  private final CassandraConfig config;
  private final Cluster cluster;

  /** A table whose appends are recognised by their commit tokens. */
  public static final class WithCommits extends CassandraTableConnector
      implements SupportsIdempotentAppend {
    private WithCommits(CassandraConfig config) {
      super(config);
    }
  }

  /** The connector of the configured table; opens nothing. */
  static CassandraTableConnector of(CassandraConfig config) {
    return config.commitTable().isPresent()
        ? new WithCommits(config)
        : new CassandraTableConnector(config);
  }

  private CassandraTableConnector(CassandraConfig config) {
    this.config = config;
    this.cluster = new Cluster(config);
  }

  /**
   * The rows. Conditions on the key and on indexed columns are left to Cassandra, and only the
   * columns that are needed are fetched.
   */
  @Override
  @SuppressWarnings("CatchingUnchecked")
  public Dataset<Row> read(SparkSession session) {
    TableShape.of(config.label(), relation());
    try {
      return session.read().format(Writes.FORMAT).options(Options.read(config)).load();
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of("read " + config.label(), e);
    }
  }

  private RelationMetadata relation() {
    return cluster
        .find()
        .<RelationMetadata>map(table -> table)
        .or(cluster::view)
        .orElseThrow(cluster::missing);
  }

  @Override
  public Set<WriteMode> writeModes() {
    Set<WriteMode> modes =
        EnumSet.of(WriteMode.APPEND, WriteMode.ERROR_IF_EXISTS, WriteMode.IGNORE);
    if (config.confirmTruncate()) {
      modes.add(WriteMode.OVERWRITE);
    }
    return modes;
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    if (!writeModes().contains(request.mode())) {
      throw new Problem.Refusal(
          "cannot overwrite "
              + config.label()
              + ": Cassandra can only truncate it first, and readers would see it empty",
          "Use mode upsert, or set the storage's option confirmTruncate: true.");
    }
    return new Writes(config, cluster).write(rows, request);
  }

  @Override
  public WriteResult upsert(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return new Writes(config, cluster).upsert(rows, request);
  }

  @Override
  public WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request) {
    return new Deletes(config, cluster).byKeys(keys, request, read(session));
  }

  @Override
  public WriteResult deleteWhere(SparkSession session, Condition condition) {
    return new Deletes(config, cluster).where(condition, read(session));
  }

  @Override
  public boolean exists(SparkSession session) {
    return cluster.find().isPresent();
  }

  @Override
  public void create(SparkSession session, StructType schema) {
    new Tables(config, cluster).create(schema);
  }

  @Override
  public void drop(SparkSession session) {
    new Tables(config, cluster).drop();
  }

  @Override
  public String ping(Duration timeout) {
    return new HealthCheck(config, cluster).ping(timeout);
  }
}
