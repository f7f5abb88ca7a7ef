package io.standpipe.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.tck.ConformanceDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs after the suites, so that it makes the pages of what they have just written. */
class ConformancePagesIT {
  private static final Path RESULTS = Path.of(System.getProperty("conformance.results"));

  @Test
  void pages_sayWhatTheResultsSay() throws IOException {
    Map<Path, String> pages = ConformanceDocs.pages(RESULTS, RESULTS.resolveSibling("connectors"));
    for (Map.Entry<Path, String> page : pages.entrySet()) {
      if (Boolean.getBoolean("conformance.update")) {
        Files.writeString(page.getKey(), page.getValue());
      }
      assertThat(page.getKey())
          .as("mvn verify -pl conformance -Dconformance.update=true refreshes it")
          .content()
          .isEqualTo(page.getValue());
    }
  }
}
