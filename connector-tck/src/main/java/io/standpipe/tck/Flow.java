package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.standpipe.Platform;
import io.standpipe.RunningPipeline;
import io.standpipe.config.ConfigurationException;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A pipeline that reads one storage as a stream and writes another one, run again and again with
 * one checkpoint, which belongs to the written storage.
 */
final class Flow {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String ARRIVING = "arriving";
  private static final String CHOSEN = "chosen";
  private static final String WRITTEN = "written";

  private final Bench bench;
  private final Platform platform;
  private final String source;
  private final String sink;
  private final Path checkpoint;

  /**
   * @param source the read storage's name
   * @param sink the written storage's name
   * @param sections of both, by name
   */
  Flow(Bench bench, String source, String sink, Map<String, Object> sections) {
    this.bench = bench;
    this.source = source;
    this.sink = sink;
    this.platform = bench.guest(bench.configuration(sections));
    this.checkpoint = bench.folder().resolve("checkpoint-" + sink);
  }

  /**
   * How the rows are written.
   *
   * @param query Spark SQL over the table {@code arriving}
   */
  record Style(String query, WriteMode mode, SchemaEvolution evolution) {
    /** All rows as they are, appended. */
    static final Style APPEND = selecting("SELECT * FROM " + ARRIVING);

    static Style selecting(String query) {
      return new Style(query, WriteMode.APPEND, SchemaEvolution.NONE);
    }

    Style by(WriteMode other) {
      return new Style(query, other, evolution);
    }

    Style evolving(SchemaEvolution other) {
      return new Style(query, mode, other);
    }
  }

  private Plan plan(Style style, Map<String, Object> more) {
    Map<String, Object> write =
        new TreeMap<>(
            Map.of(
                "write",
                sink,
                "as",
                WRITTEN,
                "from",
                CHOSEN,
                "mode",
                style.mode().id(),
                "schemaEvolution",
                style.evolution().id(),
                "checkpoint",
                checkpoint.toString()));
    if (style.mode().needsKeys()) {
      write.put("keys", List.of("id"));
    }
    write.putAll(more);
    return platform.plan(
        Configurations.pipeline(
            bench.folder(),
            List.of(
                Map.of("read", source, "as", ARRIVING, "stream", true),
                Map.of("sql", style.query(), "as", CHOSEN),
                write)));
  }

  /** Plans that each row is written once, whatever happens. */
  Plan exactlyOnce(Style style) {
    return plan(style, Map.of());
  }

  /** Plans what the storage can do: an append that is not recognised may be repeated. */
  private Map<String, Object> possible(Style style) {
    Storage target = platform.storages().require(sink);
    return style.mode() != WriteMode.APPEND
            || target.abilities().contains(Ability.IDEMPOTENT_APPEND)
        ? Map.of()
        : Map.of("delivery", "atLeastOnce");
  }

  /** Writes what has arrived, and returns what became of it. */
  NodeReport run(Style style) {
    Plan plan = plan(style, possible(style));
    return written(platform.run(plan, platform.newRunId(plan), new RunListener() {}));
  }

  /** Writes what has arrived; the number of batches. */
  long batches(Style style) {
    NodeReport report = run(style);
    assertThat(report.failure()).isEmpty();
    return report.batches().orElseThrow();
  }

  /** Why what has arrived cannot be written, at the latest when it is tried. */
  String refusal(Style style) {
    try {
      NodeReport report = run(style);
      assertThat(report.failure()).as("failure of the run").isPresent();
      return report.failure().get().message();
    } catch (ConfigurationException planned) {
      return planned.getMessage();
    }
  }

  /** Runs until the first batch is written, lets more arrive, and stops. */
  void stopAfterFirst(Style style, Runnable more) throws InterruptedException {
    Map<String, Object> settings = new TreeMap<>(possible(style));
    settings.put("every", "50ms");
    Plan plan = plan(style, settings);
    RunningPipeline running = platform.start(plan, platform.newRunId(plan), new RunListener() {});
    await().atMost(PATIENCE).until(() -> Files.exists(commits().resolve("0")) || ended(running));
    more.run();
    running.stop();
    assertThat(written(running.await()).failure()).isEmpty();
  }

  private static boolean ended(RunningPipeline running) throws InterruptedException {
    return running.await(Duration.ZERO).isPresent();
  }

  private static NodeReport written(RunReport report) {
    return report.nodes().stream()
        .filter(node -> node.name().equals(WRITTEN))
        .findFirst()
        .orElseThrow();
  }

  private Path commits() {
    return checkpoint.resolve("commits");
  }

  /** As if the process had ended between the write of the last batch and the checkpoint's. */
  void forgetLastBatch() throws IOException {
    List<Path> batches = new ArrayList<>();
    try (Stream<Path> files = Files.list(commits())) {
      files.filter(file -> file.getFileName().toString().matches("\\d+")).forEach(batches::add);
    }
    Path last =
        batches.stream()
            .max(Comparator.comparingLong(file -> Long.parseLong(file.getFileName().toString())))
            .orElseThrow();
    Files.delete(last);
    Files.deleteIfExists(commits().resolve("." + last.getFileName() + ".crc"));
  }
}
