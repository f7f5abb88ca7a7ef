package io.standpipe.pipeline;

import io.standpipe.config.ConfigNode;
import io.standpipe.config.Problems;
import io.standpipe.config.RecordBinder;
import io.standpipe.config.Redactor;
import io.standpipe.config.SourcePosition;
import io.standpipe.config.YamlReader;
import io.standpipe.spi.TableVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a pipeline from YAML. */
public final class PipelineReader {
  private PipelineReader() {}

  /**
   * Reads the file; everything that is wrong with it goes to {@code problems}, and what can be read
   * is returned.
   */
  public static Optional<Pipeline> read(Path file, Problems problems) {
    return YamlReader.read(file, problems).flatMap(node -> pipeline(file, node, problems));
  }

  private static Optional<Pipeline> pipeline(
      Path file, ConfigNode.Mapping node, Problems problems) {
    Optional<PipelineSection> section =
        new RecordBinder(new Redactor()).bind(PipelineSection.class, node, problems);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    List<ConfigNode> nodes = ((ConfigNode.Sequence) node.value("steps").orElseThrow()).items();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      StepSection step = section.get().steps().get(i);
      steps.add(step(step, (ConfigNode.Mapping) nodes.get(i)).with(settings(step)));
    }
    String name = section.get().name().orElseGet(() -> baseName(file));
    return Optional.of(
        new Pipeline(
            name,
            section.get().description(),
            steps,
            new RunSettings(
                section.get().onFailure(), section.get().parallelism(), section.get().timeLimit()),
            node.position()));
  }

  private static Step step(StepSection section, ConfigNode.Mapping node) {
    StepSource source = new StepSource(node.position(), fields(node));
    if (section.read().isPresent()) {
      String storage = section.read().get();
      return new Step.Read(
          section.as().orElse(storage),
          storage,
          version(section),
          section.stream(),
          StepSettings.NONE,
          source);
    } else if (section.sql().isPresent()) {
      return new Step.Sql(
          section.as().orElseThrow(), section.sql().get(), StepSettings.NONE, source);
    } else if (section.filter().isPresent()) {
      return new Step.Filter(
          section.as().orElseThrow(),
          section.from().orElseThrow(),
          section.filter().get(),
          StepSettings.NONE,
          source);
    }
    String storage = section.write().orElseThrow();
    return new Step.Write(
        section.as().orElse("write_" + storage),
        section.from().orElseThrow(),
        storage,
        section.mode().orElseThrow(),
        section.keys(),
        section.replaceWhere(),
        section.schemaEvolution(),
        stream(section),
        StepSettings.NONE,
        source);
  }

  private static StepSettings settings(StepSection section) {
    return new StepSettings(
        Optional.empty(), section.onFailure(), section.fallback(), section.retry());
  }

  private static Optional<StreamSettings> stream(StepSection section) {
    return section
        .checkpoint()
        .map(
            checkpoint ->
                new StreamSettings(
                    checkpoint,
                    section.every(),
                    section.outputMode().orElse(OutputMode.APPEND),
                    section.delivery().orElse(Delivery.EXACTLY_ONCE),
                    section.stopAfter()));
  }

  private static Optional<TableVersion> version(StepSection section) {
    Optional<TableVersion> number = section.version().map(TableVersion.Number::new);
    return number.or(() -> section.timestamp().map(TableVersion.At::new));
  }

  private static Map<String, SourcePosition> fields(ConfigNode.Mapping node) {
    Map<String, SourcePosition> positions = new LinkedHashMap<>();
    node.entries().forEach((key, entry) -> positions.put(key, entry.value().position()));
    return positions;
  }

  private static String baseName(Path file) {
    return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }
}
