package io.standpipe.kafka;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import org.pf4j.Extension;

/** Makes connectors of type {@code kafka}. */
@Extension
public final class KafkaFactory implements ConnectorFactory<KafkaConfig> {

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public String description() {
    return "Topics of Apache Kafka, as batches and as streams.";
  }

  @Override
  public Class<KafkaConfig> configType() {
    return KafkaConfig.class;
  }

  @Override
  public Class<KafkaConnector> connectorType() {
    return KafkaConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, KafkaConfig config) {
    return new KafkaConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return ErrorTable.CLASSIFIER;
  }
}
