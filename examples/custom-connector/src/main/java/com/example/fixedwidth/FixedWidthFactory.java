package com.example.fixedwidth;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import java.util.List;
import org.pf4j.Extension;

/** The entry point of the plug-in. */
@Extension
public final class FixedWidthFactory implements ConnectorFactory<FixedWidthConfig> {
  @Override
  public String type() {
    return "fixed-width";
  }

  @Override
  public String description() {
    return "Text files whose columns have a fixed number of characters.";
  }

  @Override
  public Class<FixedWidthConfig> configType() {
    return FixedWidthConfig.class;
  }

  @Override
  public Class<FixedWidthConnector> connectorType() {
    return FixedWidthConnector.class;
  }

  @Override
  public Connector create(ConnectorContext context, FixedWidthConfig config) {
    return new FixedWidthConnector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return ErrorClassifier.of(
        List.of(
            new ErrorRule(
                "message:does not fit into",
                Verdict.DATA,
                "Widen the column in the configuration, or shorten the value.",
                "FixedWidthConnector")));
  }
}
