package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.config.ConfigurationException;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.tck.Deviations.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DynamicTest;

/** Some behaviours that belong together. */
abstract class Section {
  protected final Bench bench;
  protected final SparkSession spark;
  private final Recorder recorder;
  private final List<DynamicTest> tests = new ArrayList<>();

  Section(Bench bench, Recorder recorder) {
    this.bench = bench;
    this.spark = bench.spark();
    this.recorder = recorder;
  }

  /** Does something and asserts; what it throws decides. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  /**
   * Suites may run at the same time, but not while one of them looks at something of the whole JVM.
   */
  private static final ReadWriteLock JVM = new ReentrantReadWriteLock(true);

  /** Declares all behaviours with {@link #behaviour}. */
  abstract void define();

  /** One test for each behaviour. */
  final Stream<DynamicTest> tests() {
    define();
    return tests.stream();
  }

  /** A behaviour that every connector must have. */
  final void behaviour(Behaviour behaviour, Body body) {
    behaviour(behaviour, Needs.nothing(), body);
  }

  /** The same, of which no other suite does anything meanwhile: it looks at the whole JVM. */
  final void behaviourOfJvm(Behaviour behaviour, Body body) {
    test(JVM.writeLock(), behaviour, () -> resultOf(behaviour, Needs.nothing(), body));
  }

  /** A behaviour of connectors that declare something, which all others refuse. */
  final void behaviour(Behaviour behaviour, Needs needs, Body body) {
    test(behaviour, () -> resultOf(behaviour, needs, body));
  }

  /** A behaviour that finds its result by itself. */
  final void test(Behaviour behaviour, Trial trial) {
    test(JVM.readLock(), behaviour, trial);
  }

  private void test(Lock turn, Behaviour behaviour, Trial trial) {
    if (!Tier.current().has(behaviour)) {
      return;
    }
    tests.add(
        DynamicTest.dynamicTest(
            behaviour.label(),
            () -> {
              recorder.begin(behaviour);
              turn.lock();
              try (bench) {
                recorder.add(trial.result());
              } finally {
                turn.unlock();
              }
            }));
  }

  /** Tries something; throws if the outcome is neither of the two. */
  @FunctionalInterface
  interface Trial {
    Result result() throws Exception;
  }

  /** What the connector documents to be different here. */
  final Optional<String> deviation(Kind kind, Behaviour behaviour) {
    return bench.suite().deviations().text(kind, behaviour);
  }

  /** The result of a body that only asserts. */
  final Result resultOf(Behaviour behaviour, Needs needs, Body body) throws Exception {
    Storage probe = bench.storage();
    if (!needs.met(probe)) {
      return Result.refused(behaviour, needs.refused(probe, spark));
    }
    Optional<String> refusal = deviation(Kind.REFUSES, behaviour);
    if (refusal.isPresent()) {
      return refused(behaviour, refusal.get(), body);
    }
    body.run();
    String note = deviation(Kind.DIFFERS, behaviour).orElse("");
    return Result.supported(
        behaviour, deviation(Kind.READS, behaviour).map(sql -> "read as " + sql).orElse(note));
  }

  private static Result refused(Behaviour behaviour, String message, Body body) {
    Throwable thrown = catchThrowable(body::run);
    assertThat(thrown)
        .as("declared as refused with the message '%s'", message)
        .isInstanceOfAny(StorageException.class, ConfigurationException.class)
        .hasMessageContaining(message);
    return Result.refused(behaviour, message);
  }
}
