package io.standpipe;

import io.standpipe.config.Configuration;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.config.Problems;
import io.standpipe.config.ResilienceSection;
import io.standpipe.config.StorageSection;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.PipelineReader;
import io.standpipe.pipeline.PipelineRun;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.PlanChecker;
import io.standpipe.pipeline.Replay;
import io.standpipe.pipeline.RunIdentity;
import io.standpipe.pipeline.RunJournal;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.plugin.PluginRuntime;
import io.standpipe.repository.Repository;
import io.standpipe.resilience.Resilience;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * The engine, opened on one configuration: its plug-ins, its storages, its Spark session.
 *
 * <pre>{@code
 * try (Platform platform = Platform.builder()
 *     .configuration(ConfigurationSource.of(Path.of("standpipe.yaml")))
 *     .pluginDirectories(List.of(Path.of("plugins")))
 *     .open()) {
 *   Plan plan = platform.plan(Path.of("pipeline.yaml"));
 *   RunReport report = platform.run(plan, platform.newRunId(plan), new RunListener() {});
 *   List<Airport> airports = platform.repository("airports", Airport.class).findAll();
 * }
 * }</pre>
 *
 * <p>Opening reads the configuration, checks the plug-ins that it needs, loads them and binds the
 * storages; Spark starts with the first call that needs it. Thread-safe. Closing releases the
 * storages and stops the Spark session if the platform made it.
 */
public final class Platform implements AutoCloseable {
  private static final DateTimeFormatter RUN_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Configuration configuration;
  private final PluginRuntime plugins;
  private final Storages storages;
  private final Resilience resilience;
  private final Clock clock;
  private final PlatformSession session;

  private Platform(Builder builder, Opening opened) {
    this.configuration = opened.configuration();
    this.plugins = opened.plugins();
    this.storages = opened.storages();
    this.resilience =
        new Resilience(resilience(configuration), configuration.resilience(), builder.clock);
    this.clock = builder.clock;
    this.session = new PlatformSession(opened, builder.session);
  }

  private static Map<String, ResilienceSection> resilience(Configuration configuration) {
    return configuration.storages().stream()
        .collect(Collectors.toMap(StorageSection::name, StorageSection::resilience));
  }

  /** Starts to describe a platform. */
  public static Builder builder() {
    return new Builder();
  }

  /** The storages of the configuration. */
  public Storages storages() {
    return storages;
  }

  /**
   * Reads and checks a pipeline, without Spark.
   *
   * @throws io.standpipe.config.ConfigurationException with everything that is wrong with it
   */
  public Plan plan(Path pipeline) {
    Problems problems = new Problems();
    Optional<Plan> plan =
        PipelineReader.read(pipeline, plugins.unionLoader(), problems)
            .flatMap(read -> PlanChecker.check(read, storages, session.properties(), problems));
    problems.throwIfAny();
    return plan.orElseThrow();
  }

  /**
   * Checks a pipeline that a program made, without Spark.
   *
   * @throws io.standpipe.config.ConfigurationException with everything that is wrong with it
   */
  public Plan plan(Pipeline pipeline) {
    Problems problems = new Problems();
    Optional<Plan> plan = PlanChecker.check(pipeline, storages, session.properties(), problems);
    problems.throwIfAny();
    return plan.orElseThrow();
  }

  /**
   * Writes the dead letters in a storage to where they were to go.
   *
   * @throws io.standpipe.config.InvalidRequestException if there is no such storage, or it has no
   *     dead letters, or they are for a storage that is not there
   * @throws io.standpipe.pipeline.ReplayException if a storage failed for good; what was replayed
   *     before stays so
   */
  public List<Replay.Replayed> replay(String letters, Replay replay) {
    return replay(letters, replay, new Replay.Listener() {});
  }

  /** As {@link #replay(String, Replay)}, and tells what happens. */
  public List<Replay.Replayed> replay(String letters, Replay replay, Replay.Listener listener) {
    Storage storage = storages.require(letters);
    return withSpark(spark -> replay.of(storage, storages, resilience, spark, listener));
  }

  /** Whether an override, {@code key=value}, has something that must not be written down. */
  public boolean isSecretOverride(String override) {
    return configuration.redactor().isSecretOverride(override);
  }

  /** A new id for a run: the pipeline's name, the time in UTC and a few random characters. */
  public String newRunId(Plan plan) {
    String random = String.format("%06x", ThreadLocalRandom.current().nextInt(1 << 24));
    return plan.pipeline().name().replaceAll("[^A-Za-z0-9_-]+", "-")
        + "-"
        + RUN_TIME.format(clock.instant())
        + "-"
        + random;
  }

  /**
   * Runs a plan. A step that fails is in the report and does not throw.
   *
   * @param run the id of the run, unique for ever: a repeated id means that the run is repeated,
   *     and appends that were committed under it are not done again
   */
  public RunReport run(Plan plan, String run, RunListener listener) {
    RunIdentity identity = new RunIdentity(run, clock.instant());
    return withSpark(spark -> prepare(plan, spark, identity, Optional.empty(), listener).execute());
  }

  /**
   * As {@link #run(Plan, String, RunListener)}, with a journal on disk: what is done in it already
   * is not done again.
   *
   * @throws io.standpipe.config.ConfigurationException if the run cannot be resumed: a step that is
   *     done was changed since, or one was interrupted that may have been applied
   */
  public RunReport run(Plan plan, RunJournal journal, RunListener listener) {
    requireResumable(plan, journal);
    return withSpark(
        spark -> prepare(plan, spark, journal.run(), Optional.of(journal), listener).execute());
  }

  private void requireResumable(Plan plan, RunJournal journal) {
    Problems problems = new Problems();
    journal.check(plan, storages, problems);
    problems.throwIfAny();
  }

  /**
   * As {@link #run}, in a thread of its own: for streams, which go on until they are stopped.
   * Starts Spark before it returns. Stop the run before the platform is closed.
   */
  public RunningPipeline start(Plan plan, String run, RunListener listener) {
    return start(plan, new RunIdentity(run, clock.instant()), Optional.empty(), listener);
  }

  /** As {@link #run(Plan, RunJournal, RunListener)}, in a thread of its own. */
  public RunningPipeline start(Plan plan, RunJournal journal, RunListener listener) {
    requireResumable(plan, journal);
    return start(plan, journal.run(), Optional.of(journal), listener);
  }

  private RunningPipeline start(
      Plan plan, RunIdentity run, Optional<RunJournal> journal, RunListener listener) {
    PipelineRun prepared = prepare(plan, session.spark(), run, journal, listener);
    return RunningPipeline.start(
        prepared, ContextClassLoader.threads(plugins.unionLoader(), "run " + run.id()));
  }

  private PipelineRun prepare(
      Plan plan,
      SparkSession spark,
      RunIdentity run,
      Optional<RunJournal> journal,
      RunListener listener) {
    return new PipelineRun(
        plan, storages, resilience, spark, run, journal, clock, configuration.redactor(), listener);
  }

  /** The rows of a storage as Java records. */
  public <T extends Record> Repository<T> repository(String storage, Class<T> type) {
    return Repository.of(storages.require(storage), session.spark(), type);
  }

  /**
   * Uses the Spark session directly. Spark looks up plug-ins' classes through the thread context
   * class loader, which is set meanwhile: collect or write inside, not after.
   */
  public <T> T withSpark(Function<SparkSession, T> action) {
    SparkSession spark = session.spark();
    return ContextClassLoader.call(plugins.unionLoader(), () -> action.apply(spark));
  }

  /** Closes the storages and stops the session if it was made here. A second call does nothing. */
  @Override
  public void close() {
    try {
      storages.close();
    } finally {
      session.close();
      plugins.close();
    }
  }

  /** Describes a platform; {@link #open()} makes it. */
  public static final class Builder {
    private ConfigurationSource source = ConfigurationSource.none();
    private List<Path> directories = List.of();
    private Optional<SparkSession> session = Optional.empty();
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /** The configuration. By default an empty one. */
    public Builder configuration(ConfigurationSource configuration) {
      this.source = configuration;
      return this;
    }

    /** Folders with plug-in JARs, besides those that the configuration names. By default none. */
    public Builder pluginDirectories(List<Path> pluginDirectories) {
      this.directories = List.copyOf(pluginDirectories);
      return this;
    }

    /** A session that somebody else owns. By default the platform makes and stops its own. */
    public Builder session(SparkSession spark) {
      this.session = Optional.of(spark);
      return this;
    }

    /** The clock of run ids and reports. By default the system's, in UTC. */
    public Builder clock(Clock runClock) {
      this.clock = runClock;
      return this;
    }

    /**
     * Reads the configuration, loads the plug-ins that it needs and binds the storages.
     *
     * @throws io.standpipe.config.ConfigurationException with everything that is wrong
     */
    public Platform open() {
      return new Platform(this, Opening.of(source, directories, session));
    }
  }
}
