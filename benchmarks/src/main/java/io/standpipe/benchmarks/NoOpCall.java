package io.standpipe.benchmarks;

import io.standpipe.config.BreakerSection;
import io.standpipe.config.ResilienceSection;
import io.standpipe.config.RetrySection;
import io.standpipe.config.RetrySection.Jitter;
import io.standpipe.resilience.Call;
import io.standpipe.resilience.Outcome;
import io.standpipe.resilience.Resilience;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.types.StructType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call of a storage that does nothing, by itself and with repeats and a circuit breaker around
 * it. Public, and no record, because JMH makes subclasses of it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NoOpCall {
  private static final ResilienceSection SETTINGS =
      new ResilienceSection(
          new RetrySection(
              5,
              Duration.ofMillis(500),
              Duration.ofSeconds(30),
              Jitter.FULL,
              Duration.ofMinutes(10),
              20,
              Map.of()),
          new BreakerSection(true, Duration.ofMinutes(5), 5, 0.5, Duration.ofSeconds(30), 1),
          16);

  private final Storage storage =
      new Storage(
          "nothing",
          "nothing",
          new Nothing(),
          ErrorClassifier.none(),
          NoOpCall.class.getClassLoader());
  private final Resilience resilience =
      new Resilience(Map.of(storage.name(), SETTINGS), SETTINGS, Clock.systemUTC());
  private final Call<Optional<StructType>> call = new SchemaCall(storage);

  /** Knows nothing at once. */
  private record Nothing() implements SupportsSchema {
    @Override
    public Optional<StructType> knownSchema() {
      return Optional.empty();
    }
  }

  /** Asks the storage for its schema. */
  private record SchemaCall(Storage storage) implements Call<Optional<StructType>> {
    @Override
    public Optional<StructType> run(int attempt) {
      return storage.knownSchema();
    }

    @Override
    public Collection<Storage> storages() {
      return List.of(storage);
    }

    @Override
    public Optional<String> unrepeatable() {
      return Optional.empty();
    }
  }

  /** The call by itself. */
  @Benchmark
  public Optional<StructType> bare() {
    return storage.knownSchema();
  }

  /** The call with what is around those of a pipeline. */
  @Benchmark
  public Outcome<Optional<StructType>> resilient() {
    return resilience.call(call);
  }
}
