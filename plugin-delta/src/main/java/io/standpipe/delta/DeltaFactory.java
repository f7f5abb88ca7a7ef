package io.standpipe.delta;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import org.pf4j.Extension;

/** Makes connectors of type {@code delta}. */
@Extension
public final class DeltaFactory implements ConnectorFactory<DeltaConfig> {

  @Override
  public String type() {
    return "delta";
  }

  @Override
  public String description() {
    return "Delta Lake tables, by path or catalog name.";
  }

  @Override
  public Class<DeltaConfig> configType() {
    return DeltaConfig.class;
  }

  @Override
  public Class<DeltaConnector> connectorType() {
    return DeltaConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, DeltaConfig config) {
    return new DeltaConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return DeltaErrorTable.CLASSIFIER;
  }
}
