package io.standpipe.hudi;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import org.pf4j.Extension;

/** Makes connectors of type {@code hudi}. */
@Extension
public final class HudiFactory implements ConnectorFactory<HudiConfig> {

  @Override
  public String type() {
    return "hudi";
  }

  @Override
  public String description() {
    return "Apache Hudi tables, copy-on-write and merge-on-read, by path.";
  }

  @Override
  public Class<HudiConfig> configType() {
    return HudiConfig.class;
  }

  @Override
  public Class<HudiConnector> connectorType() {
    return HudiConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, HudiConfig config) {
    return new HudiConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return HudiErrorTable.CLASSIFIER;
  }
}
