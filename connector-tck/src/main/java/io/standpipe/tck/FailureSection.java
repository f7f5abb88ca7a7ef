package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.tck.Deviations.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** H: what fails is understood, said well, and leaves nothing behind. */
final class FailureSection extends ServerSection {
  private static final Behaviour VERDICT = Behaviour.of(45, "verdict");
  private static final Behaviour RELEASE = Behaviour.of(48, "connections are released");
  private static final Behaviour AFTER_USE = RELEASE.variant("after use");
  private static final Behaviour AFTER_TIMEOUT = RELEASE.variant("after a timeout");
  private static final Behaviour AFTER_CUT = RELEASE.variant("after a cut connection");

  /** How many connections may stay where some do. */
  private static final int FEW = 10;

  FailureSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(VERDICT.variant("missing table"), this::missingTable);
    onServer(VERDICT.variant("wrong host"), this::wrongHost);
    onServer(VERDICT.variant("wrong password"), this::wrongPassword);
    behaviour(Behaviour.of(46, "message"), this::message);
    behaviour(Behaviour.of(51, "close twice"), this::closeTwice);
    onServer(AFTER_USE, this::released);
    behaviour(AFTER_TIMEOUT, Needs.ability(Ability.HEALTH_CHECK), this::timeout);
    onServer(VERDICT.variant("connection cut while reading"), this::cutWhileReading);
    onServer(VERDICT.variant("connection cut while writing"), this::cutWhileWriting);
    onServer(AFTER_CUT, this::releasedAfterCut);
  }

  private Throwable failedRead(Storage storage) {
    Throwable failure = catchThrowable(() -> bench.texts(storage));
    assertThat(failure).isInstanceOf(StorageException.class);
    return failure;
  }

  private void missingTable() {
    Storage storage = bench.storage();
    assertThat(verdict(storage, failedRead(storage))).isEqualTo(Verdict.PERMANENT);
  }

  private void wrongHost(Server server) {
    Storage storage = bench.storage(server.wrongHost());
    Throwable failure = failedRead(storage);
    assertThat(verdict(storage, failure)).as("%s", failure).isEqualTo(Verdict.TRANSIENT);
  }

  private void wrongPassword(Server server) {
    Storage storage = bench.storage(server.wrongPassword());
    Throwable failure = failedRead(storage);
    assertThat(verdict(storage, failure)).as("%s", failure).isEqualTo(Verdict.PERMANENT);
  }

  /** Enough rows that the end of them is not on its way yet when the first one arrives. */
  private void cutWhileReading(Server server) {
    Storage storage =
        bench.holding(spark.range(0, 3_000, 1, 2).selectExpr("id", "repeat('x', 12000) AS name"));
    try (Disturbance kill = new Disturbance(server.process()::kill)) {
      Throwable failure =
          catchThrowable(
              () ->
                  storage.act(
                      () -> {
                        kill.atFirst(storage.read(spark));
                        return true;
                      }));
      assertThat(failure).isInstanceOf(StorageException.class);
      assertThat(RETRIED).as("%s", failure).contains(verdict(storage, failure));
    } finally {
      server.process().restart();
    }
  }

  /** Written again, no row is lost; none is there twice where rows have a key. */
  private void cutWhileWriting(Server server) {
    Storage storage = bench.prepared(bench.keyed(), Rows.NUMBERS);
    WriteMode mode =
        storage.writeModes().contains(WriteMode.UPSERT) ? WriteMode.UPSERT : WriteMode.APPEND;
    Dataset<Row> rows = Rows.numbers(spark, 0, 5000);
    bench.write(storage, rows.limit(3), mode);
    try (Disturbance kill = new Disturbance(server.process()::kill)) {
      Throwable failure = catchThrowable(() -> bench.write(storage, kill.at(rows, 4000), mode));
      assertThat(failure).isInstanceOf(StorageException.class);
      assertThat(RETRIED).as("%s", failure).contains(verdict(storage, failure));
    } finally {
      server.process().restart();
    }
    bench.write(storage, rows, mode);
    List<String> found = bench.texts(storage);
    if (mode.needsKeys()) {
      assertThat(found).isEqualTo(Rows.texts(rows));
    } else {
      assertThat(found).containsAll(Rows.texts(rows));
    }
  }

  /** Storage, what was tried or is missing, the cause, and a sentence what to do. */
  private void message() {
    Storage storage = bench.storage();
    assertThat(failedRead(storage).getMessage())
        .startsWith("Storage '" + storage.name() + "' (" + storage.type() + "): ")
        .contains(storage.name())
        .matches("(?s)Storage '[^']+' \\([^)]+\\): .{10,}[^.]\\. [A-Z].{5,}[.?]");
  }

  private void released(Server server) {
    Connections connections = connections(server);
    Set<String> before = connections.open();
    Storage storage = bench.holding(Rows.numbers(spark, 0, 4));
    bench.texts(storage);
    var unused =
        catchThrowable(
            () ->
                bench.write(
                    storage, Faults.failing(Rows.numbers(spark, 9, 20), 15), mode(storage)));
    bench.close();
    connections.awaitRelease(before, kept(AFTER_USE));
  }

  private static Connections connections(Server server) {
    return new Connections(server.process().port());
  }

  /** How many connections may stay: none, or few where that is documented. */
  private int kept(Behaviour behaviour) {
    return deviation(Kind.DIFFERS, behaviour).isPresent() ? FEW : 0;
  }

  /** Of what was in use when the server was killed. */
  private void releasedAfterCut(Server server) {
    connections(server).awaitRelease(Set.of(), kept(AFTER_CUT));
  }

  /** Nobody waits much longer than was asked, and the server is used again afterwards. */
  private void timeout() {
    Storage storage = bench.holding(Rows.numbers(spark, 0, 1));
    Duration patience = Duration.ofSeconds(3);
    assertThat(storage.ping(patience.multipliedBy(5))).isNotBlank();
    if (bench.suite().server().isEmpty()) {
      return;
    }
    Server server = bench.suite().server().get();
    bench.close();
    Connections connections = connections(server);
    Set<String> before = connections.open();
    Storage other = bench.again(storage, Rows.NUMBERS);
    server.process().freeze();
    try {
      long begin = System.nanoTime();
      Throwable failure = catchThrowable(() -> other.ping(patience));
      assertThat(failure).isInstanceOf(StorageException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(patience.plusSeconds(2));
    } finally {
      server.process().thaw();
    }
    bench.close();
    connections.awaitRelease(before, kept(AFTER_TIMEOUT));
  }

  private void closeTwice() {
    Storage storage = bench.holding(Rows.numbers(spark, 0, 2));
    bench.texts(storage);
    storage.close();
    storage.close();
    Storage again = bench.again(storage, Rows.NUMBERS);
    assertThat(bench.texts(again)).hasSize(2);
  }
}
