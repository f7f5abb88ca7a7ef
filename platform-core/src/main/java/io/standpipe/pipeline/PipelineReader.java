package io.standpipe.pipeline;

import io.standpipe.config.ConfigNode;
import io.standpipe.config.Problems;
import io.standpipe.config.RecordBinder;
import io.standpipe.config.Redactor;
import io.standpipe.config.SourcePosition;
import io.standpipe.config.YamlReader;
import io.standpipe.factory.FactoryDefinition;
import io.standpipe.factory.FactoryType;
import io.standpipe.factory.TypeNames;
import io.standpipe.spi.TableVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a pipeline from YAML. */
public final class PipelineReader {
  private final RecordBinder binder = new RecordBinder(new Redactor());
  private final Optional<ClassLoader> loader;
  private final Problems problems;
  private boolean unread;

  private PipelineReader(Optional<ClassLoader> loader, Problems problems) {
    this.loader = loader;
    this.problems = problems;
  }

  /** Reports what is wrong with the file, as far as that can be told without classes. */
  public static void check(Path file, Problems problems) {
    YamlReader.read(file, problems)
        .ifPresent(node -> new PipelineReader(Optional.empty(), problems).pipeline(file, node));
  }

  /**
   * Reads the file; everything that is wrong with it goes to {@code problems}, and what can be read
   * is returned.
   *
   * @param loader finds the classes of factories
   */
  public static Optional<Pipeline> read(Path file, ClassLoader loader, Problems problems) {
    return YamlReader.read(file, problems)
        .flatMap(node -> new PipelineReader(Optional.of(loader), problems).pipeline(file, node));
  }

  private Optional<Pipeline> pipeline(Path file, ConfigNode.Mapping node) {
    Optional<PipelineSection> section = binder.bind(PipelineSection.class, node, problems);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    List<Step> steps = new ArrayList<>(steps(section.get().steps(), node, Optional.empty()));
    List<ConfigNode> stages = items(node, "stages");
    for (int i = 0; i < stages.size(); i++) {
      StageSection stage = section.get().stages().get(i);
      steps.addAll(
          steps(stage.steps(), (ConfigNode.Mapping) stages.get(i), Optional.of(stage.name())));
    }
    if (unread) {
      // Others would be said to name a step that is not there.
      return Optional.empty();
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

  private static List<ConfigNode> items(ConfigNode.Mapping node, String key) {
    return node.value(key).map(list -> ((ConfigNode.Sequence) list).items()).orElse(List.of());
  }

  private List<Step> steps(
      List<StepSection> sections, ConfigNode.Mapping parent, Optional<String> stage) {
    List<ConfigNode> nodes = items(parent, "steps");
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      StepSection section = sections.get(i);
      step(section, (ConfigNode.Mapping) nodes.get(i))
          .map(step -> step.with(settings(section, stage, step)))
          .ifPresent(steps::add);
    }
    return steps;
  }

  private Optional<Step> step(StepSection section, ConfigNode.Mapping node) {
    StepSource source = new StepSource(node.position(), fields(node));
    return section.factory().isPresent()
        ? make(section, section.factory().get(), source)
        : Optional.of(plain(section, source));
  }

  private Optional<Step> make(StepSection section, String className, StepSource source) {
    if (loader.isEmpty()) {
      return Optional.empty();
    }
    try {
      FactoryType type = FactoryType.of(Class.forName(className, true, loader.get()));
      ConfigNode.Mapping values =
          section.parameters().orElseGet(() -> ConfigNode.Mapping.empty(source.at("factory")));
      if (type.parameters().isEmpty()) {
        section
            .parameters()
            .ifPresent(
                given ->
                    problems.add(
                        given.position(),
                        type.name()
                            + " takes no parameters. Remove them, or add a record to its"
                            + " constructor."));
      }
      int before = problems.list().size();
      Optional<? extends Record> parameters =
          type.parameters().flatMap(record -> binder.bind(record, values, problems));
      if (problems.list().size() > before) {
        unread = true;
        return Optional.empty();
      }
      return Optional.of(
          new Step.Make(
              section.as().orElseThrow(),
              FactoryDefinition.of(type, parameters),
              new Deliveries(section.deliveries(), Set.copyOf(section.consumers())),
              Set.copyOf(section.reads()),
              Set.copyOf(section.writes()),
              StepSettings.NONE,
              source));
    } catch (ClassNotFoundException e) {
      problems.add(
          source.at("factory"),
          "no class '"
              + className
              + "'. Name it with its package, and its JAR in plugins.libraries of the configuration.");
    } catch (IllegalArgumentException | IllegalStateException e) {
      problems.add(source.at("factory"), e.getMessage());
    } catch (LinkageError e) {
      problems.add(
          source.at("factory"),
          className
              + " cannot be loaded: "
              + e
              + ". Name the JAR of what it needs in plugins.libraries of the configuration.");
    }
    unread = true;
    return Optional.empty();
  }

  private static Step plain(StepSection section, StepSource source) {
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
        section.deadLetters(),
        StepSettings.NONE,
        source);
  }

  private StepSettings settings(StepSection section, Optional<String> stage, Step step) {
    return new StepSettings(
        stage,
        section.onFailure(),
        section.fallback().flatMap(fallback -> fallback(fallback, step)),
        section.retry());
  }

  private Optional<Fallback> fallback(FallbackSection section, Step step) {
    if (section.value().isEmpty() || !(step instanceof Step.Make make)) {
      // The plan check reports a value for a step that is no factory.
      return Optional.of(
          new Fallback(section.storage(), section.step(), section.value().map(Object.class::cast)));
    }
    ConfigNode value = section.value().get();
    try {
      return binder.bind(make.product(), value, "value", problems).map(Fallback::value);
    } catch (IllegalArgumentException e) {
      problems.add(
          value.position(),
          PlanChecker.label(step)
              + "its factory makes "
              + TypeNames.of(make.product())
              + ", which cannot be written in a file. Give 'step', one that makes the same.");
      return Optional.empty();
    }
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
                    section.delivery().orElse(DeliveryGuarantee.EXACTLY_ONCE),
                    section.stopAfter()));
  }

  private static Optional<TableVersion> version(StepSection section) {
    Optional<TableVersion> number = section.version().map(TableVersion.Number::new);
    return number.or(() -> section.timestamp().map(TableVersion.At::new));
  }

  private static Map<String, SourcePosition> fields(ConfigNode.Mapping node) {
    Map<String, SourcePosition> positions = new LinkedHashMap<>();
    node.entries()
        .forEach(
            (key, entry) -> {
              positions.put(key, entry.value().position());
              if (entry.value() instanceof ConfigNode.Mapping inner) {
                fields(inner).forEach((name, at) -> positions.put(key + "." + name, at));
              }
            });
    return positions;
  }

  private static String baseName(Path file) {
    return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }
}
