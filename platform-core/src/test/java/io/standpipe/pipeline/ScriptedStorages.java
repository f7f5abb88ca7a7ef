package io.standpipe.pipeline;

import io.standpipe.builtin.BuiltInConnectors;
import io.standpipe.config.Configuration;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.Problems;
import io.standpipe.config.RecordBinder;
import io.standpipe.config.Redactor;
import io.standpipe.config.ResilienceSection;
import io.standpipe.config.StorageSection;
import io.standpipe.resilience.Resilience;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Storages in memory that do what a test tells them before each write or read: fail, wait, count.
 * An error with the message {@code TRANSIENT}, {@code DATA} and so on has that verdict.
 */
final class ScriptedStorages {
  private final Map<String, Queue<Callable<?>>> scripts = new ConcurrentHashMap<>();
  private final Map<String, List<String>> written = new ConcurrentHashMap<>();
  private final Map<String, List<CommitToken>> tokens = new ConcurrentHashMap<>();
  private final Map<String, String> queries = new ConcurrentHashMap<>();
  private final Storages storages;
  private final Resilience resilience;
  private volatile Duration ahead = Duration.ZERO;

  /**
   * @param sections the sections of the configuration; {@code connector} is {@code memory}, {@code
   *     forgetful}, which does not know what it has written, or one that is built in
   */
  ScriptedStorages(Path folder, String sections) throws IOException {
    Path file = Files.writeString(folder.resolve("scripted.yaml"), sections);
    Problems problems = new Problems();
    Configuration configuration =
        Configuration.load(ConfigurationSource.of(file), problems)
            .resolve(scheme -> Optional.empty(), Set.of(), problems);
    Map<String, ConnectorFactory<?>> factories = new HashMap<>();
    BuiltInConnectors.factories().forEach(factory -> factories.put(factory.type(), factory));
    factories.put("memory", new Factory("memory", true));
    factories.put("forgetful", new Factory("forgetful", false));
    this.storages =
        Storages.bind(
            configuration.storages(),
            new Storages.Connectors(
                factories,
                Set.of(),
                type -> Optional.empty(),
                ScriptedStorages.class.getClassLoader()),
            new RecordBinder(new Redactor()),
            problems);
    problems.throwIfAny();
    Map<String, ResilienceSection> settings = new ConcurrentHashMap<>();
    for (StorageSection section : configuration.storages()) {
      settings.put(section.name(), section.resilience());
    }
    this.resilience = new Resilience(settings, configuration.resilience(), Clock.systemUTC());
  }

  /** What the storage does first when it is used the next times; later it just works. */
  @SafeVarargs
  final ScriptedStorages next(String storage, Callable<?>... actions) {
    scripts.computeIfAbsent(storage, key -> new ConcurrentLinkedQueue<>()).addAll(List.of(actions));
    return this;
  }

  /** Of what was told, what the storage has not done yet is not done. */
  void forget(String storage) {
    scripts.remove(storage);
  }

  /** Fails with an error of this verdict. */
  static Callable<?> failing(Verdict verdict) {
    return () -> {
      throw new IllegalStateException(verdict.name());
    };
  }

  /** What is read from the storage. */
  void holding(String storage, String query) {
    queries.put(storage, query);
  }

  /** As {@code Platform} does. */
  List<Replay.Replayed> replay(
      String letters, Replay replay, SparkSession spark, Replay.Listener listener) {
    return replay.of(storages.require(letters), storages, resilience, spark, listener);
  }

  /** Moves the clock of runs forward. */
  void pass(Duration time) {
    ahead = ahead.plus(time);
  }

  /** The rows that were written to a storage, in the order of the writes. */
  List<String> written(String storage) {
    return written.getOrDefault(storage, List.of());
  }

  /** The commit tokens of the writes to a storage. */
  List<CommitToken> tokens(String storage) {
    return tokens.getOrDefault(storage, List.of());
  }

  /** Plans, as {@code Platform} does. */
  Plan plan(Pipeline pipeline) {
    Problems problems = new Problems();
    Optional<Plan> plan = PlanChecker.check(pipeline, storages, Map.of(), problems);
    problems.throwIfAny();
    return plan.orElseThrow();
  }

  /** A run of the pipeline, not begun. */
  PipelineRun prepare(Pipeline pipeline, SparkSession spark, RunListener listener) {
    RunIdentity run = new RunIdentity("run-" + System.nanoTime(), clock().instant());
    return prepare(pipeline, spark, run, Optional.empty(), listener);
  }

  private PipelineRun prepare(
      Pipeline pipeline,
      SparkSession spark,
      RunIdentity run,
      Optional<RunJournal> journal,
      RunListener listener) {
    return new PipelineRun(
        plan(pipeline),
        storages,
        resilience,
        spark,
        run,
        journal,
        clock(),
        new Redactor(),
        listener);
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return Instant.now().plus(ahead);
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  RunReport run(Pipeline pipeline, SparkSession spark) {
    return prepare(pipeline, spark, new RunListener() {}).execute();
  }

  /** As {@code Platform} does. */
  RunReport run(Pipeline pipeline, SparkSession spark, RunJournal journal) {
    Problems problems = new Problems();
    journal.check(plan(pipeline), storages, problems);
    problems.throwIfAny();
    return prepare(pipeline, spark, journal.run(), Optional.of(journal), new RunListener() {})
        .execute();
  }

  Storages storages() {
    return storages;
  }

  /** No options. */
  record Options() {}

  private final class Factory implements ConnectorFactory<Options> {
    private final String type;
    private final boolean remembers;

    Factory(String type, boolean remembers) {
      this.type = type;
      this.remembers = remembers;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public String description() {
      return "Rows in memory.";
    }

    @Override
    public Class<Options> configType() {
      return Options.class;
    }

    @Override
    public Class<? extends Connector> connectorType() {
      return Memory.class;
    }

    @Override
    public Connector create(ConnectorContext context, Options config) {
      return remembers ? new Remembering(context.storageName()) : new Memory(context.storageName());
    }

    @Override
    public ErrorClassifier errorClassifier() {
      return ErrorClassifier.of(
          Arrays.stream(Verdict.values())
              .filter(verdict -> verdict != Verdict.UNKNOWN)
              .map(verdict -> new ErrorRule("message:" + verdict, verdict, "", ""))
              .toList());
    }
  }

  private class Memory implements SupportsRead, SupportsWrite {
    private final String name;

    Memory(String name) {
      this.name = name;
    }

    private void act() {
      Callable<?> action = scripts.getOrDefault(name, new ConcurrentLinkedQueue<>()).poll();
      if (action != null) {
        try {
          action.call();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public Dataset<Row> read(SparkSession session) {
      act();
      return session.sql(queries.getOrDefault(name, "SELECT '" + name + "' AS origin"));
    }

    @Override
    public Set<WriteMode> writeModes() {
      return EnumSet.of(WriteMode.APPEND, WriteMode.OVERWRITE);
    }

    @Override
    public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
      act();
      request
          .commitToken()
          .ifPresent(
              token ->
                  tokens.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>()).add(token));
      List<String> texts = rows.toJSON().collectAsList();
      written.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>()).addAll(texts);
      return WriteResult.committed(texts.size());
    }
  }

  private final class Remembering extends Memory implements SupportsIdempotentAppend {
    Remembering(String name) {
      super(name);
    }
  }
}
