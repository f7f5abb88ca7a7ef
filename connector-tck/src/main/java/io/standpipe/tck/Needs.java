package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * What a connector must declare so that a behaviour is expected of it. If it does not, the platform
 * must refuse the attempt, with the message that the platform documents.
 */
interface Needs {
  /** Whether the storage declares it. */
  boolean met(Storage storage);

  /** Does the thing all the same. */
  void attempt(Storage storage, SparkSession spark);

  /** What must be said of it, after the storage's name. */
  String refusal(Storage storage);

  /** Nothing that is optional. */
  static Needs nothing() {
    return ability(Ability.READ);
  }

  /** An interface of the SPI. */
  static Needs ability(Ability ability) {
    return new OfAbility(ability);
  }

  /** A mode of writing. */
  static Needs mode(WriteMode mode) {
    return new OfMode(mode);
  }

  /** A mode of writing with a change of the columns. */
  static Needs evolution(WriteMode mode, SchemaEvolution evolution) {
    return new OfEvolution(mode, evolution);
  }

  /** Sees to it that the storage refuses, and returns the message without the storage's name. */
  default String refused(Storage storage, SparkSession spark) {
    Throwable thrown = catchThrowable(() -> attempt(storage, spark));
    String start = "Storage '" + storage.name() + "' (" + storage.type() + "): ";
    assertThat(thrown).isInstanceOf(StorageException.class).hasMessage(start + refusal(storage));
    return refusal(storage);
  }

  /** See {@link Needs#ability}. */
  record OfAbility(Ability ability) implements Needs {
    @Override
    public boolean met(Storage storage) {
      return storage.abilities().contains(ability);
    }

    @Override
    public void attempt(Storage storage, SparkSession spark) {
      storage.use(ability.type(), connector -> connector);
    }

    @Override
    public String refusal(Storage storage) {
      String can =
          storage.abilities().stream().map(Ability::label).collect(Collectors.joining(", "));
      return "does not support " + ability.label() + ". It supports: " + can + ".";
    }
  }

  /** See {@link Needs#mode}. */
  record OfMode(WriteMode mode) implements Needs {
    @Override
    public boolean met(Storage storage) {
      return storage.writeModes().contains(mode);
    }

    @Override
    public void attempt(Storage storage, SparkSession spark) {
      storage.write(spark, Rows.numbers(spark, 1, 2), request(mode));
    }

    @Override
    public String refusal(Storage storage) {
      return storage.unsupported(mode);
    }
  }

  /** See {@link Needs#evolution}. */
  record OfEvolution(WriteMode mode, SchemaEvolution evolution) implements Needs {
    @Override
    public boolean met(Storage storage) {
      return storage.writeModes().contains(mode)
          && storage.schemaEvolutions(mode).contains(evolution);
    }

    @Override
    public void attempt(Storage storage, SparkSession spark) {
      storage.write(spark, Rows.numbers(spark, 1, 2), request(mode).evolving(evolution));
    }

    @Override
    public String refusal(Storage storage) {
      return storage.writeModes().contains(mode)
          ? storage.unsupported(mode, evolution)
          : storage.unsupported(mode);
    }
  }

  /** A request by the key {@code id}, if the mode needs one. */
  static WriteRequest request(WriteMode mode) {
    return switch (mode) {
      case UPSERT -> WriteRequest.upsert("id");
      case DELETE -> WriteRequest.delete("id");
      default -> WriteRequest.of(mode);
    };
  }
}
