package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.resilience.Diagnosis;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult.Outcome;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.tck.Deviations.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** E32 to 37: writes that fail, are repeated or meet one another; changes by key. */
final class FaultSection extends Section {
  private static final Behaviour FAILING = Behaviour.of(32, "failing task");
  private static final Behaviour RETRIED = Behaviour.of(33, "retried task");
  private static final Behaviour CHANGE = Behaviour.of(35, "change by key");
  private static final Behaviour CONCURRENT = Behaviour.of(36, "concurrent writers");
  private static final int LARGE = 5_000;

  FaultSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    for (WriteMode mode : List.of(WriteMode.APPEND, WriteMode.OVERWRITE, WriteMode.UPSERT)) {
      behaviour(FAILING.variant(mode.id()), Needs.mode(mode), () -> failing(mode));
      behaviour(RETRIED.variant(mode.id()), Needs.mode(mode), () -> retried(mode));
      behaviour(CONCURRENT.variant(mode.id()), Needs.mode(mode), () -> concurrent(mode));
    }
    behaviour(
        Behaviour.of(34, "same commit token twice"),
        Needs.ability(Ability.IDEMPOTENT_APPEND),
        this::sameToken);
    behaviour(CHANGE.variant("upsert"), Needs.ability(Ability.UPSERT), this::upsert);
    behaviour(
        CHANGE.variant("upsert, two columns"), Needs.ability(Ability.UPSERT), this::upsertByTwo);
    behaviour(CHANGE.variant("delete"), Needs.ability(Ability.DELETE), this::delete);
    behaviour(
        CHANGE.variant("delete, two columns"), Needs.ability(Ability.DELETE), this::deleteByTwo);
    behaviour(
        CHANGE.variant("delete by condition"), Needs.ability(Ability.DELETE), this::deleteWhere);
    behaviour(CHANGE.variant("truncate"), Needs.mode(WriteMode.OVERWRITE), this::truncate);
    behaviour(Behaviour.of(37, "20 MB from one task"), Needs.mode(WriteMode.APPEND), this::large);
  }

  private Dataset<Row> rows(long from, long to) {
    return Rows.numbers(spark, from, to);
  }

  private List<String> texts(Dataset<Row> rows) {
    return Rows.texts(rows);
  }

  /** Rows 0 to 2; where they will be changed by key, the table is made by key. */
  private Storage three(WriteMode mode) {
    if (!mode.needsKeys()) {
      return bench.holding(rows(0, 3));
    }
    Storage storage = bench.keyed();
    bench.write(storage, rows(0, 3), mode);
    return storage;
  }

  /**
   * Nothing of it is visible. Where that is documented to be otherwise: only rows that were
   * written, and writing them again completes them.
   */
  private void failing(WriteMode mode) {
    Storage storage = three(mode);
    Throwable thrown =
        catchThrowable(() -> bench.write(storage, Faults.failing(rows(10, 30), 25), mode));
    assertThat(thrown).hasMessageStartingWith("Storage '" + storage.name() + "'");
    if (deviation(Kind.DIFFERS, FAILING.variant(mode.id())).isEmpty()) {
      assertThat(bench.texts(storage)).isEqualTo(texts(rows(0, 3)));
      return;
    }
    assertThat(both(rows(0, 3), rows(10, 30))).containsAll(bench.texts(storage));
    bench.write(storage, rows(10, 30), mode);
    assertWritten(storage, mode, repeats(storage, mode));
  }

  /** Whether what is written again is there again. */
  private static boolean repeats(Storage storage, WriteMode mode) {
    return mode == WriteMode.APPEND && !storage.abilities().contains(Ability.IDEMPOTENT_APPEND);
  }

  /** Rows 10 to 29, and unless they are overwritten those before. */
  private void assertWritten(Storage storage, WriteMode mode, boolean maybeTwice) {
    List<String> found = bench.texts(storage);
    assertThat(maybeTwice ? found.stream().distinct().toList() : found)
        .isEqualTo(
            mode == WriteMode.OVERWRITE ? texts(rows(10, 30)) : both(rows(0, 3), rows(10, 30)));
  }

  private static List<String> both(Dataset<Row> one, Dataset<Row> other) {
    return Stream.of(one, other).flatMap(rows -> Rows.texts(rows).stream()).sorted().toList();
  }

  private void retried(WriteMode mode) {
    Storage storage = three(mode);
    bench.write(storage, Faults.failingOnce(rows(10, 30), 25), mode);
    assertWritten(storage, mode, deviation(Kind.DIFFERS, RETRIED.variant(mode.id())).isPresent());
  }

  private void sameToken() {
    Storage storage = bench.storage();
    CommitToken token = new CommitToken("run-of-" + storage.name(), "node");
    WriteRequest request = WriteRequest.of(WriteMode.APPEND).withToken(token);
    storage.write(spark, rows(0, 4), request);
    Outcome second = storage.write(spark, rows(0, 4), request).outcome();
    assertThat(second)
        .isEqualTo(
            deviation(Kind.DIFFERS, Behaviour.of(34, "same commit token twice")).isPresent()
                ? Outcome.COMMITTED
                : Outcome.ALREADY_COMMITTED);
    assertThat(bench.texts(storage)).isEqualTo(texts(rows(0, 4)));
    storage.write(
        spark,
        rows(4, 6),
        WriteRequest.of(WriteMode.APPEND)
            .withToken(new CommitToken("run-of-" + storage.name(), "other node")));
    assertThat(bench.texts(storage)).isEqualTo(texts(rows(0, 6)));
  }

  private void upsert() {
    Storage storage = bench.keyed();
    WriteRequest request = WriteRequest.upsert("id");
    storage.write(spark, rows(0, 6), request);
    Dataset<Row> changed = rows(4, 9).selectExpr("id", "concat('new ', id) AS name");
    storage.write(spark, changed, request);
    storage.write(spark, changed, request);
    assertThat(bench.texts(storage)).isEqualTo(both(rows(0, 4), changed));
  }

  private Dataset<Row> pairs(String sql) {
    return Rows.sql(
        spark,
        "SELECT CAST(a AS BIGINT) AS id, b AS part, c AS name FROM VALUES "
            + sql
            + " AS t(a, b, c)");
  }

  private Storage pairs() {
    Storage storage = bench.keyed(List.of("id", "part"), pairs("(1, '', '')").schema());
    storage.write(
        spark,
        pairs("(1, 'x', 'one'), (1, 'y', 'two'), (2, 'x', 'three')"),
        WriteRequest.upsert("id", "part"));
    return storage;
  }

  private List<String> inOrder(Storage storage) {
    return storage.act(() -> Rows.texts(storage.read(spark).select("id", "part", "name")));
  }

  private void upsertByTwo() {
    Storage storage = pairs();
    storage.write(
        spark, pairs("(1, 'y', 'TWO'), (2, 'y', 'four')"), WriteRequest.upsert("id", "part"));
    assertThat(inOrder(storage))
        .isEqualTo(
            texts(pairs("(1, 'x', 'one'), (1, 'y', 'TWO'), (2, 'x', 'three'), (2, 'y', 'four')")));
  }

  private void delete() {
    Storage storage = bench.holding(rows(0, 6));
    WriteRequest request = WriteRequest.delete("id");
    storage.write(spark, rows(2, 4).select("id"), request);
    storage.write(spark, rows(2, 4).select("id"), request);
    assertThat(bench.texts(storage)).isEqualTo(both(rows(0, 2), rows(4, 6)));
  }

  private void deleteByTwo() {
    Storage storage = pairs();
    storage.write(spark, pairs("(1, 'y', '')").drop("name"), WriteRequest.delete("id", "part"));
    assertThat(inOrder(storage)).isEqualTo(texts(pairs("(1, 'x', 'one'), (2, 'x', 'three')")));
  }

  private void deleteWhere() {
    Storage storage = bench.holding(rows(0, 6));
    Condition condition =
        Condition.column("id").atLeast(4L).or(Condition.column("name").equalTo("row 0"));
    storage.use(SupportsDelete.class, target -> target.deleteWhere(spark, condition));
    assertThat(bench.texts(storage)).isEqualTo(texts(rows(1, 4)));
  }

  private void truncate() {
    Storage storage = bench.holding(rows(0, 6));
    bench.write(storage, rows(0, 0), WriteMode.OVERWRITE);
    assertThat(bench.texts(storage)).isEmpty();
  }

  /** Each write is there as a whole, or it has failed with a conflict and is not there. */
  private void concurrent(WriteMode mode) throws Exception {
    Storage storage = three(mode);
    boolean differs = deviation(Kind.DIFFERS, CONCURRENT.variant(mode.id())).isPresent();
    List<Dataset<Row>> parts = List.of(rows(10, 15), rows(20, 25));
    List<List<String>> succeeded = new ArrayList<>();
    ExecutorService writers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Throwable>> writes =
          parts.stream()
              .map(
                  part ->
                      writers.submit(() -> catchThrowable(() -> bench.write(storage, part, mode))))
              .toList();
      for (int i = 0; i < parts.size(); i++) {
        Throwable failure = writes.get(i).get();
        if (failure == null) {
          succeeded.add(texts(parts.get(i)));
        } else if (!differs) {
          assertThat(Diagnosis.of(failure, List.of(storage)).verdict())
              .as("%s", failure)
              .isEqualTo(Verdict.CONFLICT);
        }
      }
    } finally {
      writers.shutdown();
    }
    assertThat(succeeded).isNotEmpty();
    List<String> found = bench.texts(storage);
    if (differs) {
      assertThat(succeeded.stream().flatMap(List::stream)).containsAll(found);
    } else if (mode == WriteMode.OVERWRITE) {
      assertThat(succeeded).contains(found);
    } else {
      succeeded.add(texts(rows(0, 3)));
      assertThat(found).isEqualTo(succeeded.stream().flatMap(List::stream).sorted().toList());
    }
  }

  private void large() {
    Storage storage = bench.target();
    bench.write(
        storage,
        spark
            .range(0, LARGE, 1, 1)
            .selectExpr("id", "repeat(CAST(id % 10 AS STRING), 4000) AS name"),
        WriteMode.APPEND);
    Row sums =
        storage.act(
            () ->
                storage.read(spark).selectExpr("count(*)", "sum(id)", "sum(length(name))").first());
    assertThat(sums.getLong(0)).isEqualTo(LARGE);
    assertThat(sums.getLong(1)).isEqualTo((long) LARGE * (LARGE - 1) / 2);
    assertThat(sums.getLong(2)).isEqualTo(4000L * LARGE);
  }
}
