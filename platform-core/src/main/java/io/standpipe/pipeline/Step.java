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

  /** Where the step is written, for messages. */
  StepSource source();

  /** Reads a storage; the step is named after it. */
  static Read read(String storage) {
    return new Read(storage, storage, Optional.empty(), false, StepSource.program());
  }

  /** Reads a storage as a stream; the step is named after it. */
  static Read stream(String storage) {
    return new Read(storage, storage, Optional.empty(), true, StepSource.program());
  }

  /** Queries other steps, whose names are its tables. */
  static Sql sql(String name, String sql) {
    return new Sql(name, sql, StepSource.program());
  }

  /** Keeps the rows of a step for which an SQL condition is true. */
  static Filter filter(String name, String from, String condition) {
    return new Filter(name, from, condition, StepSource.program());
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
      StepSource source)
      implements Step {
    public Read {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(source, "source");
      if (stream && version.isPresent()) {
        throw new IllegalArgumentException("a stream has no version");
      }
    }

    /** The same with another name. */
    public Read as(String newName) {
      return new Read(newName, storage, version, stream, source);
    }

    /** The same of an older version. */
    public Read at(TableVersion older) {
      return new Read(name, storage, Optional.of(older), stream, source);
    }
  }

  /** Queries the results of other steps, which are tables in it. */
  record Sql(String name, String sql, StepSource source) implements Step {
    public Sql {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sql, "sql");
      Objects.requireNonNull(source, "source");
    }
  }

  /** Keeps the rows of another step for which an SQL condition is true. */
  record Filter(String name, String from, String condition, StepSource source) implements Step {
    public Filter {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(condition, "condition");
      Objects.requireNonNull(source, "source");
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
      Objects.requireNonNull(source, "source");
    }

    /** The same with another name. */
    public Write as(String newName) {
      return new Write(
          newName, from, storage, mode, keys, replaceWhere, schemaEvolution, stream, source);
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
          source);
    }

    /** The same, replacing only the rows for which an SQL condition is true. */
    public Write replacing(String condition) {
      return new Write(
          name, from, storage, mode, keys, Optional.of(condition), schemaEvolution, stream, source);
    }

    /** The same with another schema evolution. */
    public Write evolving(WriteRequest.SchemaEvolution evolution) {
      return new Write(name, from, storage, mode, keys, replaceWhere, evolution, stream, source);
    }

    /** The same for rows of a stream. */
    public Write streaming(StreamSettings settings) {
      return new Write(
          name,
          from,
          storage,
          mode,
          keys,
          replaceWhere,
          schemaEvolution,
          Optional.of(settings),
          source);
    }
  }
}
