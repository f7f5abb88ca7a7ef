package io.standpipe.storage;

import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.SessionNeeds;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsReplaceWhere;
import io.standpipe.spi.SupportsRowIsolation;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsStreamRead;
import io.standpipe.spi.SupportsTimeTravel;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A storage by its configured name: the only way to a connector. Every call runs with the plug-ins'
 * class loader, refuses what the connector cannot do, and names the storage in what it throws
 * ({@link StorageException}). Thread-safe.
 */
public final class Storage implements AutoCloseable {
  /** For a connector that itself keeps to the timeout, and says more about what it waited for. */
  private static final Duration PING_GRACE = Duration.ofMillis(500);

  /** Done twice with the same rows, they have the effect of once. */
  private static final Set<WriteMode> REPLACING =
      EnumSet.of(WriteMode.OVERWRITE, WriteMode.UPSERT, WriteMode.DELETE);

  private final String name;
  private final String type;
  private final Connector connector;
  private final ErrorClassifier classifier;
  private final ClassLoader loader;
  private final UnaryOperator<String> redactor;

  /** A storage whose configuration has no secrets. */
  public Storage(
      String name,
      String type,
      Connector connector,
      ErrorClassifier classifier,
      ClassLoader loader) {
    this(name, type, connector, classifier, loader, UnaryOperator.identity());
  }

  /**
   * @param loader the class loader that sees all plug-ins
   * @param redactor takes secrets out of messages
   */
  public Storage(
      String name,
      String type,
      Connector connector,
      ErrorClassifier classifier,
      ClassLoader loader,
      UnaryOperator<String> redactor) {
    this.name = Objects.requireNonNull(name, "name");
    this.type = Objects.requireNonNull(type, "type");
    this.connector = Objects.requireNonNull(connector, "connector");
    this.classifier = Objects.requireNonNull(classifier, "classifier");
    this.loader = Objects.requireNonNull(loader, "loader");
    this.redactor = Objects.requireNonNull(redactor, "redactor");
  }

  /** The name in the configuration. */
  public String name() {
    return name;
  }

  /** The connector's type, for example {@code jdbc}. */
  public String type() {
    return type;
  }

  /** What it can do. */
  public Set<Ability> abilities() {
    return Ability.ofType(connector.getClass());
  }

  /** The modes in which it can be written, upsert and delete included; empty if it cannot. */
  public Set<WriteMode> writeModes() {
    EnumSet<WriteMode> modes = EnumSet.noneOf(WriteMode.class);
    if (connector instanceof SupportsWrite writable) {
      if (writable.writeModes().isEmpty()) {
        return modes;
      }
      modes.addAll(writable.writeModes());
    }
    if (connector instanceof SupportsUpsert) {
      modes.add(WriteMode.UPSERT);
    }
    if (connector instanceof SupportsDelete) {
      modes.add(WriteMode.DELETE);
    }
    return modes;
  }

  /** What a write in this mode may do about other columns, {@code none} included. */
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    EnumSet<SchemaEvolution> evolutions = EnumSet.of(SchemaEvolution.NONE);
    if (connector instanceof SupportsWrite writable) {
      evolutions.addAll(writable.schemaEvolutions(mode));
    }
    return evolutions;
  }

  /** What it needs from the Spark session. */
  public SessionNeeds sessionNeeds() {
    return call(Connector.class, Connector::sessionNeeds);
  }

  /** How the errors of its technology are to be understood. */
  public ErrorClassifier classifier() {
    return classifier;
  }

  /** Its schema, if that is known without Spark. */
  public Optional<StructType> knownSchema() {
    return connector instanceof SupportsSchema
        ? call(SupportsSchema.class, SupportsSchema::knownSchema)
        : Optional.empty();
  }

  /** Its rows, lazily. */
  public Dataset<Row> read(SparkSession session) {
    return call(SupportsRead.class, readable -> readable.read(session));
  }

  /** Its rows as they were. */
  public Dataset<Row> read(SparkSession session, TableVersion version) {
    return call(SupportsTimeTravel.class, readable -> readable.readVersion(session, version));
  }

  /** Its rows as they arrive: a streaming dataset. */
  public Dataset<Row> readStream(SparkSession session) {
    return call(SupportsStreamRead.class, readable -> readable.readStream(session));
  }

  /** Writes rows in any of {@link #writeModes()}. */
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    requireMode(request.mode());
    if (request.replaceWhere().isPresent()) {
      require(SupportsReplaceWhere.class);
    }
    if (!schemaEvolutions(request.mode()).contains(request.schemaEvolution())) {
      throw new StorageException(
          name, type, unsupported(request.mode(), request.schemaEvolution()), null);
    }
    return switch (request.mode()) {
      case UPSERT -> call(SupportsUpsert.class, target -> target.upsert(session, rows, request));
      case DELETE -> call(SupportsDelete.class, target -> target.delete(session, rows, request));
      default -> call(SupportsWrite.class, target -> target.write(session, rows, request));
    };
  }

  /**
   * As {@link #write}, but rows that the storage refuses are handed over before the others are
   * committed.
   */
  public WriteResult writeIsolating(
      SparkSession session, Dataset<Row> rows, WriteRequest request, RefusedRows refused) {
    requireMode(request.mode());
    return call(
        SupportsRowIsolation.class,
        target -> target.writeIsolating(session, rows, request, refused));
  }

  /**
   * Why a write in this mode must not be repeated when it may have been applied; empty if repeating
   * it, with its commit token, changes nothing.
   *
   * @param source whether the rows are the same in a repeat
   */
  public Optional<String> unrepeatable(WriteMode mode, RowsOfRepeat source) {
    boolean recognised =
        connector instanceof SupportsIdempotentAppend appends
            && appends.recognisedModes().contains(mode);
    boolean harmless = recognised || source == RowsOfRepeat.SAME && REPLACING.contains(mode);
    return harmless
        ? Optional.empty()
        : Optional.of(
            this
                + " does not recognise a write that it has done, so that rows could come twice. Look at"
                + " what is there before you run again, or use mode overwrite or upsert.");
  }

  /** Which rows a repeated write has. */
  public enum RowsOfRepeat {
    /** Those of the first try. */
    SAME,
    /** They are read from what is written, and so may be the result of the first try. */
    OWN_RESULT
  }

  /** Deletes the rows for which the condition is true. */
  public WriteResult delete(SparkSession session, Condition condition) {
    return call(SupportsDelete.class, target -> target.deleteWhere(session, condition));
  }

  /** Asks whether it answers, without Spark; after the timeout nobody waits any longer. */
  public String ping(Duration timeout) {
    FutureTask<String> question =
        new FutureTask<>(() -> call(SupportsHealthCheck.class, target -> target.ping(timeout)));
    ContextClassLoader.threads(loader, "ping " + name).newThread(question).start();
    try {
      return question.get(timeout.plus(PING_GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw StorageException.of(name, type, e.getCause(), redactor);
    } catch (TimeoutException e) {
      question.cancel(true);
      throw new StorageException(
          name,
          type,
          "did not answer within " + timeout.toSeconds() + " s. Look at it, or wait longer.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(name, type, "interrupted while it was asked.", e);
    }
  }

  /**
   * Uses an ability that has no method of its own here, for example {@code SupportsMaintenance}.
   *
   * @throws StorageException if the storage does not have the ability
   */
  public <A extends Connector, R> R use(Class<A> ability, Function<A, R> action) {
    return call(ability, action);
  }

  private void requireMode(WriteMode mode) {
    if (!writeModes().contains(mode)) {
      throw new StorageException(name, type, unsupported(mode), null);
    }
  }

  /** What is said of a mode that the storage does not have, at plan time and later. */
  public String unsupported(WriteMode mode) {
    String modes = writeModes().stream().map(WriteMode::id).collect(Collectors.joining(", "));
    return modes.isEmpty()
        ? "cannot be written. Write to another storage."
        : "cannot be written with mode " + mode.id() + ". Its modes: " + modes + ".";
  }

  /** What is said of a schema evolution that the storage does not have. */
  public String unsupported(WriteMode mode, SchemaEvolution evolution) {
    String known =
        schemaEvolutions(mode).stream().map(SchemaEvolution::id).collect(Collectors.joining(", "));
    return "cannot be written with schemaEvolution "
        + evolution.id()
        + " in mode "
        + mode.id()
        + ". It takes: "
        + known
        + ".";
  }

  /** What is said of an ability that the storage does not have, at plan time. */
  public String cannot(Ability ability) {
    return this + " does not support " + ability.label() + ".";
  }

  private <A extends Connector, R> R call(Class<A> ability, Function<A, R> action) {
    require(ability);
    return act(() -> action.apply(ability.cast(connector)));
  }

  private void require(Class<? extends Connector> ability) {
    if (!ability.isInstance(connector)) {
      String can = abilities().stream().map(Ability::label).collect(Collectors.joining(", "));
      String wanted = Ability.of(ability).label();
      throw new StorageException(
          name, type, "does not support " + wanted + ". It supports: " + can + ".", null);
    }
  }

  /**
   * Runs an action on rows that were read from here. Spark looks up plug-ins' classes through the
   * thread context class loader, which is set meanwhile, and what is thrown names the storage.
   */
  public <R> R act(Supplier<R> action) {
    try {
      return ContextClassLoader.call(loader, action::get);
    } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
      throw failure(e);
    }
  }

  /** The error of somebody who worked on rows from here, with the storage's name before it. */
  public StorageException failure(Throwable error) {
    return StorageException.of(name, type, error, redactor);
  }

  /** For messages: {@code storage 'name' (type)}. */
  @Override
  public String toString() {
    return "storage '" + name + "' (" + type + ")";
  }

  /** Closes the connector. A second call does nothing. */
  @Override
  public void close() {
    ContextClassLoader.run(loader, connector::close);
  }
}
