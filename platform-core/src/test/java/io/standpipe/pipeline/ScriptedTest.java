package io.standpipe.pipeline;

import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;

/** A test class that runs pipelines on {@link ScriptedStorages}, without a platform. */
abstract class ScriptedTest extends SparkTest {
  /** Of the sections: three tries one after the other, whatever has failed before. */
  static final String QUICK_RETRIES =
      """
      resilience:
        retry: {attempts: 3, baseDelay: 1ms, maxDelay: 1ms}
        breaker: {enabled: false}
      """;

  /** What the factories of a test tell it. */
  static final List<Object> SEEN = new CopyOnWriteArrayList<>();

  ScriptedStorages storages;

  /** The configuration of the storages, in YAML. */
  abstract String sections();

  @BeforeEach
  final void openStorages() throws IOException {
    SEEN.clear();
    storages = new ScriptedStorages(folder, sections());
  }

  static Step.Write append(String storage, String from) {
    return Step.write(storage, from, WriteMode.APPEND);
  }

  static NodeReport node(RunReport report, String name) {
    return report.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
