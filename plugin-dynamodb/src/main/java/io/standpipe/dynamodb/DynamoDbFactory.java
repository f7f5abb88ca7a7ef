package io.standpipe.dynamodb;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import org.pf4j.Extension;

/** Makes connectors of type {@code dynamodb}. */
@Extension
public final class DynamoDbFactory implements ConnectorFactory<DynamoDbConfig> {

  @Override
  public String type() {
    return "dynamodb";
  }

  @Override
  public String description() {
    return "Amazon DynamoDB tables.";
  }

  @Override
  public Class<DynamoDbConfig> configType() {
    return DynamoDbConfig.class;
  }

  @Override
  public Class<? extends Connector> connectorType() {
    return DynamoDbConnector.WithCommits.class;
  }

  @Override
  public Connector create(ConnectorContext context, DynamoDbConfig config) {
    return DynamoDbConnector.of(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return ErrorTable.CLASSIFIER;
  }
}
