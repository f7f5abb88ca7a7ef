package io.standpipe.builtin;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;

/** Makes {@code sql} connectors. */
final class SqlFactory implements ConnectorFactory<SqlConfig> {

  @Override
  public String type() {
    return "sql";
  }

  @Override
  public String description() {
    return "A table, a view or a query of the Spark session's catalogs.";
  }

  @Override
  public Class<SqlConfig> configType() {
    return SqlConfig.class;
  }

  @Override
  public Class<? extends Connector> connectorType() {
    return SqlTableConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, SqlConfig config) {
    return config.table().isPresent()
        ? new SqlTableConnector(config)
        : new SqlQueryConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return SparkFailure.CLASSIFIER;
  }
}
