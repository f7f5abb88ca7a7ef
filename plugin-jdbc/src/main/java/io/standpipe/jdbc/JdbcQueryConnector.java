package io.standpipe.jdbc;

import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsSchema;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The result of a SELECT statement: it can be read, but not written. */
final class JdbcQueryConnector implements SupportsRead, SupportsSchema, SupportsHealthCheck {
  private final JdbcConfig config;
  private final ConnectionSettings settings;

  JdbcQueryConnector(JdbcConfig config) {
    this.config = config;
    this.settings = ConnectionSettings.of(config);
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    JdbcConnector.requireReachable(session, settings);
    return new TableReader(config, settings).read(session);
  }

  @Override
  public Optional<StructType> knownSchema() {
    return config.schema().map(StructType::fromDDL);
  }

  @Override
  public String ping(Duration timeout) {
    return HealthCheck.ping(new TableReader(config, settings), timeout);
  }

  @Override
  public void close() {
    ConnectionPool.drain(settings);
  }
}
