package %package%;

import io.standpipe.tck.ConnectorConformance;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** What every connector must do, against the packaged JAR. */
class %Name%ConformanceIT extends ConnectorConformance {
  @TempDir static Path folders;

  @Override
  protected String type() {
    return "%type%";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of("path", folders.resolve(name).toString());
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("rowsPerFile", 0);
  }
}
