package io.standpipe.pipeline;

import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One step of a pipeline: a read, a transformation or a write. */
public sealed interface Step {

  /**
   * The name of the step, unique in the pipeline whatever the case. SQL steps use the names of
   * other steps as tables.
   */
  String name();

  /** What holds for steps of any kind. */
  StepSettings settings();

  /** The same step with other settings. */
  Step with(StepSettings settings);

  /** Where the step is written, for messages. */
  StepSource source();

  /** Reads a storage; the step is named after it. */
  static Read read(String storage) {
    return new Read(
        storage, storage, Optional.empty(), false, StepSettings.NONE, StepSource.program());
  }

  /** Reads a storage as a stream; the step is named after it. */
  static Read stream(String storage) {
    return new Read(
        storage, storage, Optional.empty(), true, StepSettings.NONE, StepSource.program());
  }

  /** Queries other steps, whose names are its tables. */
  static Sql sql(String name, String sql) {
    return new Sql(name, sql, StepSettings.NONE, StepSource.program());
  }

  /** Keeps the rows of a step for which an SQL condition is true. */
  static Filter filter(String name, String from, String condition) {
    return new Filter(name, from, condition, StepSettings.NONE, StepSource.program());
  }

  /** Writes the rows of a step; the step is named {@code write_} and the storage. */
  static Write write(String storage, String from, WriteMode mode) {
    return new Write(
        "write_" + storage,
        from,
        storage,
        mode,
        List.of(),
        Optional.empty(),
        WriteRequest.SchemaEvolution.NONE,
        Optional.empty(),
        StepSettings.NONE,
        StepSource.program());
  }

  /**
   * Reads a storage.
   *
   * @param version the version to read; empty for the newest
   * @param stream whether the rows are read as they arrive
   */
  record Read(
      String name,
      String storage,
      Optional<TableVersion> version,
      boolean stream,
      StepSettings settings,
      StepSource source)
      implements Step {
    public Read {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(source, "source");
      if (stream && version.isPresent()) {
        throw new IllegalArgumentException("a stream has no version");
      }
    }

    /** The same with another name. */
    public Read as(String newName) {
      return new Read(newName, storage, version, stream, settings, source);
    }

    /** The same of an older version. */
    public Read at(TableVersion older) {
      return new Read(name, storage, Optional.of(older), stream, settings, source);
    }

    @Override
    public Read with(StepSettings newSettings) {
      return new Read(name, storage, version, stream, newSettings, source);
    }
  }

  /** Queries the results of other steps, which are tables in it. */
  record Sql(String name, String sql, StepSettings settings, StepSource source) implements Step {
    public Sql {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sql, "sql");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(source, "source");
    }

    @Override
    public Sql with(StepSettings newSettings) {
      return new Sql(name, sql, newSettings, source);
    }
  }

  /** Keeps the rows of another step for which an SQL condition is true. */
  record Filter(
      String name, String from, String condition, StepSettings settings, StepSource source)
      implements Step {
    public Filter {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(condition, "condition");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(source, "source");
    }

    @Override
    public Filter with(StepSettings newSettings) {
      return new Filter(name, from, condition, newSettings, source);
    }
  }

  /**
   * Writes the rows of another step to a storage.
   *
   * @param keys as the pipeline gives them; the plan check reports missing or superfluous ones
   * @param replaceWhere SQL condition on the rows that an overwrite replaces
   * @param stream for rows of a stream
   */
  record Write(
      String name,
      String from,
      String storage,
      WriteMode mode,
      List<String> keys,
      Optional<String> replaceWhere,
      WriteRequest.SchemaEvolution schemaEvolution,
      Optional<StreamSettings> stream,
      StepSettings settings,
      StepSource source)
      implements Step {
    public Write {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(mode, "mode");
      keys = List.copyOf(keys);
      Objects.requireNonNull(replaceWhere, "replaceWhere");
      Objects.requireNonNull(schemaEvolution, "schemaEvolution");
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(source, "source");
    }

    /** The same with another name. */
    public Write as(String newName) {
      return new Write(
          newName,
          from,
          storage,
          mode,
          keys,
          replaceWhere,
          schemaEvolution,
          stream,
          settings,
          source);
    }

    /** The same into another storage. */
    public Write to(String otherStorage) {
      return new Write(
          name,
          from,
          otherStorage,
          mode,
          keys,
          replaceWhere,
          schemaEvolution,
          stream,
          settings,
          source);
    }

    /** The same with the columns that identify a row. */
    public Write by(String... newKeys) {
      return new Write(
          name,
          from,
          storage,
          mode,
          List.of(newKeys),
          replaceWhere,
          schemaEvolution,
          stream,
          settings,
          source);
    }

    /** The same, replacing only the rows for which an SQL condition is true. */
    public Write replacing(String condition) {
      return new Write(
          name,
          from,
          storage,
          mode,
          keys,
          Optional.of(condition),
          schemaEvolution,
          stream,
          settings,
          source);
    }

    /** The same with another schema evolution. */
    public Write evolving(WriteRequest.SchemaEvolution evolution) {
      return new Write(
          name, from, storage, mode, keys, replaceWhere, evolution, stream, settings, source);
    }

    /** The same for rows of a stream. */
    public Write streaming(StreamSettings streamSettings) {
      return new Write(
          name,
          from,
          storage,
          mode,
          keys,
          replaceWhere,
          schemaEvolution,
          Optional.of(streamSettings),
          settings,
          source);
    }

    @Override
    public Write with(StepSettings newSettings) {
      return new Write(
          name,
          from,
          storage,
          mode,
          keys,
          replaceWhere,
          schemaEvolution,
          stream,
          newSettings,
          source);
    }
  }
}
