package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.standpipe.resilience.Diagnosis;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.tck.Deviations.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** H: what fails is understood, said well, and leaves nothing behind. */
final class FailureSection extends Section {
  private static final Behaviour VERDICT = Behaviour.of(45, "verdict");
  private static final Behaviour RELEASE = Behaviour.of(48, "connections are released");
  private static final Behaviour CUT = RELEASE.variant("after a cut connection");
  private static final Set<Verdict> RETRIED =
      EnumSet.of(Verdict.TRANSIENT, Verdict.AMBIGUOUS, Verdict.THROTTLED);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NO_SERVER = "It has no server.";

  /** Options by which a storage names a server. */
  private static final List<String> SERVER_OPTIONS =
      List.of("host", "hosts", "port", "endpoint", "url", "servers", "bootstrapServers");

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
    onServer(RELEASE.variant("after use"), this::released);
    behaviour(
        RELEASE.variant("after a timeout"), Needs.ability(Ability.HEALTH_CHECK), this::timeout);
    onServer(VERDICT.variant("connection cut while reading"), this::cutWhileReading);
    onServer(VERDICT.variant("connection cut while writing"), this::cutWhileWriting);
    onServer(CUT, this::releasedAfterCut);
  }

  @FunctionalInterface
  private interface ServerBody {
    void run(Server server) throws Exception;
  }

  /** For what is in this process or on a disk: that it names no server is looked at. */
  private void onServer(Behaviour behaviour, ServerBody body) {
    test(
        behaviour,
        () -> {
          if (bench.suite().server().isEmpty()) {
            assertThat(bench.suite().storage(Bench.fresh()).keySet())
                .as("options of a connector whose suite names no server()")
                .doesNotContainAnyElementsOf(SERVER_OPTIONS);
            return Result.refused(behaviour, NO_SERVER);
          }
          body.run(bench.suite().server().get());
          return Result.supported(behaviour, deviation(Kind.DIFFERS, behaviour).orElse(""));
        });
  }

  private Verdict verdict(Storage storage, Throwable failure) {
    return Diagnosis.of(failure, List.of(storage)).verdict();
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
    try {
      Throwable failure =
          catchThrowable(
              () ->
                  storage.act(
                      () -> {
                        Faults.onFirstRow(storage.read(spark), server.process()::kill);
                        return true;
                      }));
      assertThat(failure).isInstanceOf(StorageException.class);
      assertThat(RETRIED).as("%s", failure).contains(verdict(storage, failure));
    } finally {
      Faults.settle();
      server.process().restart();
    }
  }

  /** Written again, no row is lost; none is there twice where rows have a key. */
  private void cutWhileWriting(Server server) {
    Storage storage = bench.keyed();
    WriteMode mode =
        storage.writeModes().contains(WriteMode.UPSERT) ? WriteMode.UPSERT : WriteMode.APPEND;
    Dataset<Row> rows = Rows.numbers(spark, 0, 5000);
    bench.write(storage, rows.limit(3), mode);
    try {
      Throwable failure =
          catchThrowable(
              () ->
                  bench.write(
                      storage, Faults.disturbing(rows, 4000, server.process()::kill), mode));
      assertThat(failure).isInstanceOf(StorageException.class);
      assertThat(RETRIED).as("%s", failure).contains(verdict(storage, failure));
    } finally {
      Faults.settle();
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
    awaitRelease(server);
    Storage storage = bench.holding(Rows.numbers(spark, 0, 4));
    bench.texts(storage);
    var unused =
        catchThrowable(
            () ->
                bench.write(
                    storage, Faults.failing(Rows.numbers(spark, 9, 20), 15), mode(storage)));
    bench.close();
    awaitRelease(server);
  }

  private static void awaitRelease(Server server) {
    await().atMost(PATIENCE).until(() -> connections(server) == 0);
  }

  /** Of what was in use when the server was killed; where it is not, it is at least not much. */
  private void releasedAfterCut(Server server) {
    if (deviation(Kind.DIFFERS, CUT).isEmpty()) {
      awaitRelease(server);
    } else {
      await().atMost(PATIENCE).until(() -> connections(server) <= 10);
    }
  }

  private static WriteMode mode(Storage storage) {
    return storage.writeModes().contains(WriteMode.APPEND)
        ? WriteMode.APPEND
        : storage.writeModes().iterator().next();
  }

  /** Of all processes in this network: the server is the kit's own. */
  private static long connections(Server server) throws IOException {
    String port = ":%04X".formatted(server.process().port());
    long found = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try (Stream<String> lines = Files.lines(Path.of(table))) {
        found +=
            lines
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[2].endsWith(port) && fields[3].equals("01"))
                .count();
      }
    }
    return found;
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
    awaitRelease(server);
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
