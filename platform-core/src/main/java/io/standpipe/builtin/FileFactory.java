package io.standpipe.builtin;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;

/** Makes {@code file} connectors. */
final class FileFactory implements ConnectorFactory<FileConfig> {

  @Override
  public String type() {
    return "file";
  }

  @Override
  public String description() {
    return "A file or a folder of files: CSV, JSON, Parquet, ORC, Avro or text, local or on any file"
        + " system that Hadoop knows.";
  }

  @Override
  public Class<FileConfig> configType() {
    return FileConfig.class;
  }

  @Override
  public Class<? extends Connector> connectorType() {
    return FileConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, FileConfig config) {
    return new FileConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return SparkFailure.CLASSIFIER;
  }
}
