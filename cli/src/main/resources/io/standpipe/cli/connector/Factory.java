package %package%;

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
public final class %Name%Factory implements ConnectorFactory<%Name%Config> {
  @Override
  public String type() {
    return "%type%";
  }

  @Override
  public String description() {
    return "Rows in a folder of Parquet files.";
  }

  @Override
  public Class<%Name%Config> configType() {
    return %Name%Config.class;
  }

  @Override
  public Class<%Name%Connector> connectorType() {
    return %Name%Connector.class;
  }

  @Override
  public Connector create(ConnectorContext context, %Name%Config config) {
    return new %Name%Connector(config);
  }

  @Override
  public ErrorClassifier errorClassifier() {
    return ErrorClassifier.of(
        List.of(
            new ErrorRule(
                "class:AccessDeniedException",
                Verdict.PERMANENT,
                "Check the permissions of the folder.",
                "java.nio.file")));
  }
}
