package io.standpipe.jdbc;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import org.pf4j.Extension;

/** Makes connectors of the type {@code jdbc}. */
@Extension
public final class JdbcFactory implements ConnectorFactory<JdbcConfig> {

  /** For the plug-in loader. */
  public JdbcFactory() {}

  @Override
  public String type() {
    return "jdbc";
  }

  @Override
  public String description() {
    return "A table or query of PostgreSQL, MariaDB or an embedded H2 database.";
  }

  @Override
  public Class<JdbcConfig> configType() {
    return JdbcConfig.class;
  }

  @Override
  public Class<JdbcConnector> connectorType() {
    return JdbcConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, JdbcConfig config) {
    return config.query().isPresent() ? new JdbcQueryConnector(config) : new JdbcConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return ErrorClassifier.of(ErrorClassifier.rules(JdbcFactory.class, "errors.tsv"));
  }
}
