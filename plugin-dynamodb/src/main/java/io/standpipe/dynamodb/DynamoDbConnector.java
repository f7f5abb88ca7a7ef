package io.standpipe.dynamodb;

import io.standpipe.spi.Condition;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One DynamoDB table.
 *
 * <p>An append puts items: a row whose key is there replaces that item. So repeating an append has
 * the effect of once, as long as nobody else changes the items in between. Only with the option
 * {@code commitTable} it recognises a commit token, see {@link WithCommits}.
 *
 * <p>No write is atomic: DynamoDB shows each item as soon as it is written, and a write that fails
 * leaves the items that it has written. Running it again completes it. Hence there is no overwrite:
 * readers would see a part of the rows, and after a failure the old ones would be gone.
 *
 * <p>Thread-safe: it has no state besides its configuration, see {@link SharedClient}.
 */
public class DynamoDbConnector
    implements SupportsRead,
        SupportsWrite,
        SupportsUpsert,
        SupportsDelete,
        SupportsTable,
        SupportsSchema,
        SupportsHealthCheck {
  private final DynamoDbConfig config;

  /** A table whose appends are recognised by their commit tokens. */
  public static final class WithCommits extends DynamoDbConnector
      implements SupportsIdempotentAppend {
    private WithCommits(DynamoDbConfig config) {
      super(config);
    }
  }

  /** The connector of the configured table; opens nothing. */
  static DynamoDbConnector of(DynamoDbConfig config) {
    return config.commitTable().isPresent()
        ? new WithCommits(config)
        : new DynamoDbConnector(config);
  }

  private DynamoDbConnector(DynamoDbConfig config) {
    this.config = config;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return new Reads(config, session, config.consistentRead()).read();
  }

  /** Nothing for an index: it follows its table. */
  @Override
  public Set<WriteMode> writeModes() {
    return config.index().isPresent()
        ? Set.of()
        : Set.of(WriteMode.APPEND, WriteMode.ERROR_IF_EXISTS, WriteMode.IGNORE);
  }

  /** An item takes any attribute; only a declared schema refuses columns. */
  @Override
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    return Set.of(SchemaEvolution.ADD_COLUMNS);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    Writes writes = new Writes(config, session);
    return switch (request.mode()) {
      case APPEND -> writes.append(rows, request);
      case ERROR_IF_EXISTS, IGNORE -> writes.intoEmpty(rows, request);
      default ->
          throw new Refusal(
              "cannot write " + config.label() + " with mode " + request.mode().id(),
              "Use append, upsert or delete: DynamoDB cannot replace a table's rows at once.");
    };
  }

  @Override
  public WriteResult upsert(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return new Writes(config, session).upsert(rows, request);
  }

  /** The number of deleted rows is not known: DynamoDB does not tell which keys it had. */
  @Override
  public WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request) {
    return new Writes(config, session).delete(keys, request);
  }

  /** Reads the keys of the rows, then deletes them: a row that changes in between goes as well. */
  @Override
  public WriteResult deleteWhere(SparkSession session, Condition condition) {
    return new Writes(config, session).deleteWhere(condition);
  }

  @Override
  public boolean exists(SparkSession session) {
    try (Calls calls = Access.of(config).open()) {
      return TableInfo.find(calls, config.table()).isPresent();
    }
  }

  /** Creates the table with the configured keys and capacity, and waits until it is active. */
  @Override
  public void create(SparkSession session, StructType schema) {
    try (Calls calls = Access.of(config).open()) {
      new Tables(config, calls).create(schema);
    }
  }

  @Override
  public void drop(SparkSession session) {
    try (Calls calls = Access.of(config).open()) {
      new Tables(config, calls).drop();
    }
  }

  @Override
  public Optional<StructType> knownSchema() {
    return config.declaredSchema();
  }

  @Override
  public String ping(Duration timeout) {
    try (Calls calls = Access.of(config).within(timeout).open()) {
      TableInfo table = TableInfo.require(calls, config.table());
      if (!table.active()) {
        throw new Refusal(
            config.label() + " is " + table.status(), "Wait until it is active, then try again.");
      }
      return config.label()
          + ", keys "
          + table.keyNames()
          + ", about "
          + table.items()
          + " items, "
          + table.bytes()
          + " bytes";
    }
  }

  /** The client would be closed soon anyway: nobody should have to wait for it. */
  @Override
  public void close() {
    SharedClient.closeUnused(Service.of(config));
  }
}
