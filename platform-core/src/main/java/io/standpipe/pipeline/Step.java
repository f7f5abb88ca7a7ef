package io.standpipe.pipeline;

import io.standpipe.spi.TableVersion;
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

  /**
   * Reads a storage.
   *
   * @param version the version to read; empty for the newest
   */
  record Read(String name, String storage, Optional<TableVersion> version, StepSource source)
      implements Step {
    public Read {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(source, "source");
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
   */
  record Write(
      String name,
      String from,
      String storage,
      io.standpipe.spi.WriteMode mode,
      List<String> keys,
      Optional<String> replaceWhere,
      WriteRequest.SchemaEvolution schemaEvolution,
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
      Objects.requireNonNull(source, "source");
    }
  }
}
