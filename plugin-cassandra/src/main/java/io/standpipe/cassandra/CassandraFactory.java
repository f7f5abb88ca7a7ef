package io.standpipe.cassandra;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import org.pf4j.Extension;

/** Makes connectors of type {@code cassandra}. */
@Extension
public final class CassandraFactory implements ConnectorFactory<CassandraConfig> {

  @Override
  public String type() {
    return "cassandra";
  }

  @Override
  public String description() {
    return "Tables of Apache Cassandra.";
  }

  @Override
  public Class<CassandraConfig> configType() {
    return CassandraConfig.class;
  }

  @Override
  public Class<? extends Connector> connectorType() {
    return CassandraTableConnector.WithCommits.class;
  }

  @Override
  public Connector create(ConnectorContext context, CassandraConfig config) {
    return CassandraTableConnector.of(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return CassandraErrorTable.CLASSIFIER;
  }
}
