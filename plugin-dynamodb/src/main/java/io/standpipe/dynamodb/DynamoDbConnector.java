package io.standpipe.dynamodb;

import io.standpipe.spi.Condition;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsUpsert;
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
 * the effect of once, as long as nobody else changes the items in between; it writes them again and
 * reports {@link WriteResult.Outcome#COMMITTED}, for a table has no place for commit tokens.
 *
 * <p>No write is atomic: DynamoDB shows each item as soon as it is written, and a write that fails
 * leaves the items that it has written. Running it again completes it. Hence there is no overwrite,
 * and no mode that depends on the table being empty: after a failure they would lose rows.
 *
 * <p>Thread-safe: it has no state besides its configuration.
 */
public final class DynamoDbConnector
    implements SupportsRead,
        SupportsIdempotentAppend,
        SupportsUpsert,
        SupportsDelete,
        SupportsTable,
        SupportsSchema,
        SupportsHealthCheck {
  private final DynamoDbConfig config;

  /** The connector of the configured table; opens nothing. */
  public DynamoDbConnector(DynamoDbConfig config) {
    this.config = config;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return new Reads(config, session).read();
  }

  /** Append only. */
  @Override
  public Set<WriteMode> writeModes() {
    return Set.of(WriteMode.APPEND);
  }

  /** An item takes any attribute; only a declared schema refuses columns. */
  @Override
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    return Set.of(SchemaEvolution.ADD_COLUMNS);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    if (request.mode() != WriteMode.APPEND) {
      throw new Refusal(
          "cannot write " + config.label() + " with mode " + request.mode().id(),
          "Use append, upsert or delete: DynamoDB cannot replace a table's rows at once.");
    }
    return new Writes(config, session).append(rows, request);
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
}
