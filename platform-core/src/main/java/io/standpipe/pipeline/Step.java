package io.standpipe.pipeline;

import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryDefinition;
import io.standpipe.factory.FactoryType;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One step of a pipeline: a read, a transformation, a factory or a write. */
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

  /** The storages that it reads itself. */
  default Set<String> reads() {
    return Set.of();
  }

  /** The storages that it writes. */
  default Set<String> writes() {
    return Set.of();
  }

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

  /**
   * Makes a value with a factory; other steps get it by its type or by the step's name.
   *
   * @throws IllegalArgumentException if the class cannot be a step, or needs parameters
   */
  static Make make(String name, Class<? extends Factory<?>> factory) {
    return make(name, FactoryDefinition.of(FactoryType.of(factory), Optional.empty()));
  }

  /**
   * Makes a value with a factory that has parameters.
   *
   * @param parameters the record of the factory's constructor
   * @throws IllegalArgumentException if the class cannot be a step, or takes another record
   */
  static Make make(String name, Class<? extends Factory<?>> factory, Record parameters) {
    return make(name, FactoryDefinition.of(FactoryType.of(factory), Optional.of(parameters)));
  }

  /**
   * Makes a value with a factory that the program makes.
   *
   * @param maker returns a new instance each time: {@code () -> new Totals(3)}
   * @throws IllegalArgumentException if the class cannot be a step
   */
  static <F extends Factory<?>> Make make(
      String name, Class<F> factory, Supplier<? extends F> maker) {
    return make(name, FactoryDefinition.of(factory, maker));
  }

  private static Make make(String name, FactoryDefinition definition) {
    return new Make(
        name,
        definition,
        Deliveries.DEFAULTS,
        Set.of(),
        Set.of(),
        StepSettings.NONE,
        StepSource.program());
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
    public Set<String> reads() {
      return Set.of(storage);
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
   * Makes a value with a factory.
   *
   * @param deliveries who delivers to it, and to whom it delivers
   * @param reads the storages that the factory may read, besides those that its deliveries load
   * @param writes the storages that the factory may write
   */
  record Make(
      String name,
      FactoryDefinition factory,
      Deliveries deliveries,
      Set<String> reads,
      Set<String> writes,
      StepSettings settings,
      StepSource source)
      implements Step {
    public Make {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(factory, "factory");
      Objects.requireNonNull(deliveries, "deliveries");
      Set<String> all = new TreeSet<>(reads);
      factory.type().needs().forEach(need -> need.autoLoad().ifPresent(all::add));
      reads = Set.copyOf(all);
      writes = Set.copyOf(writes);
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(source, "source");
    }

    /** The type of what it makes. */
    public Type product() {
      return factory.type().product();
    }

    /**
     * The same, where a certain step delivers, whatever {@code @Delivery} says of the id. So two
     * steps of one class can take from different steps.
     *
     * @param member a field, {@code rows} of a method {@code setRows}, or a parameter of the
     *     constructor, which is {@code arg0} if it was compiled without {@code -parameters}
     * @param step the name of the step that delivers
     */
    public Make taking(String member, String step) {
      return delivering(deliveries.taking(member, step));
    }

    /** The same for these steps only. */
    public Make onlyFor(String... steps) {
      return delivering(deliveries.onlyFor(Set.of(steps)));
    }

    private Make delivering(Deliveries newDeliveries) {
      return new Make(name, factory, newDeliveries, reads, writes, settings, source);
    }

    /** The same with the storages that the factory may read. */
    public Make reading(String... storages) {
      return new Make(name, factory, deliveries, Set.of(storages), writes, settings, source);
    }

    /** The same with the storages that the factory may write. */
    public Make writing(String... storages) {
      return new Make(name, factory, deliveries, reads, Set.of(storages), settings, source);
    }

    @Override
    public Make with(StepSettings newSettings) {
      return new Make(name, factory, deliveries, reads, writes, newSettings, source);
    }
  }

  /**
   * Writes the rows of another step to a storage.
   *
   * @param keys as the pipeline gives them; the plan check reports missing or superfluous ones
   * @param replaceWhere SQL condition on the rows that an overwrite replaces
   * @param stream for rows of a stream
   * @param deadLetters where rows go that are wrong
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
      Optional<DeadLetters> deadLetters,
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
      Objects.requireNonNull(deadLetters, "deadLetters");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(source, "source");
    }

    /** The same with another name. */
    public Write as(String newName) {
      return changed(draft -> draft.name = newName);
    }

    /** The same into another storage. */
    public Write to(String otherStorage) {
      return changed(draft -> draft.storage = otherStorage);
    }

    /** The same with the columns that identify a row. */
    public Write by(String... newKeys) {
      return changed(draft -> draft.keys = List.of(newKeys));
    }

    /** The same, replacing only the rows for which an SQL condition is true. */
    public Write replacing(String condition) {
      return changed(draft -> draft.replaceWhere = Optional.of(condition));
    }

    /** The same with another schema evolution. */
    public Write evolving(WriteRequest.SchemaEvolution evolution) {
      return changed(draft -> draft.schemaEvolution = evolution);
    }

    /** The same for rows of a stream. */
    public Write streaming(StreamSettings streamSettings) {
      return changed(draft -> draft.stream = Optional.of(streamSettings));
    }

    /** The same with a place for rows that are wrong. */
    public Write rejecting(DeadLetters letters) {
      return changed(draft -> draft.deadLetters = Optional.of(letters));
    }

    @Override
    public Write with(StepSettings newSettings) {
      return changed(draft -> draft.settings = newSettings);
    }

    private Write changed(Consumer<WriteDraft> change) {
      WriteDraft draft = new WriteDraft(this);
      change.accept(draft);
      return draft.write();
    }

    @Override
    public Set<String> writes() {
      return Set.of(storage);
    }
  }
}
