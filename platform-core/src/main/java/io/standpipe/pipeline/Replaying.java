package io.standpipe.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.standpipe.config.InvalidRequestException;
import io.standpipe.resilience.Call;
import io.standpipe.resilience.Outcome;
import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.resilience.Resilience;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storage.RowsOfRepeat;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** One replay, from one storage with dead letters. */
final class Replaying {
  private final Replay replay;
  private final Storage letters;
  private final Storages storages;
  private final Resilience resilience;
  private final SparkSession spark;
  private final Replay.Listener listener;
  private Optional<Dataset<Row>> read = Optional.empty();

  Replaying(
      Replay replay,
      Storage letters,
      Storages storages,
      Resilience resilience,
      SparkSession spark,
      Replay.Listener listener) {
    this.replay = replay;
    this.letters = letters;
    this.storages = storages;
    this.resilience = resilience;
    this.spark = spark;
    this.listener = listener;
  }

  /**
   * The letters of a step of a run with the same error code, whose rows have the same types and
   * were refused by one try: neither a later one nor another choice changes what was replayed.
   */
  private record Group(
      String run,
      String step,
      String meantFor,
      String schema,
      Object failedAt,
      String code,
      long rows) {
    static Group of(Row row) {
      return new Group(
          row.getString(0),
          row.getString(1),
          row.getString(2),
          row.getString(3),
          row.get(4),
          row.getString(5),
          row.getLong(6));
    }

    Replay.Replayed replayed(String target, Optional<WriteResult.Outcome> outcome) {
      return new Replay.Replayed(
          run, step, Objects.requireNonNullElse(code, ""), target, rows, outcome);
    }
  }

  List<Replay.Replayed> all() {
    replay.to().ifPresent(storages::require);
    requireLetters(ask("read", this::chosen));
    List<Group> groups = ask("look through", attempt -> groups(chosen(attempt)));
    groups.forEach(this::requireTarget);
    List<Replay.Replayed> replayed = new ArrayList<>();
    for (Group group : groups) {
      Replay.Replayed done = replay(group);
      listener.replayed(done);
      replayed.add(done);
    }
    return replayed;
  }

  private void requireLetters(Dataset<Row> rows) {
    List<String> missing =
        Arrays.stream(DeadLetterRows.SCHEMA.fieldNames())
            .filter(name -> Arrays.stream(rows.columns()).noneMatch(name::equalsIgnoreCase))
            .toList();
    if (!missing.isEmpty()) {
      throw new InvalidRequestException(
          letters
              + " has no dead letters: it lacks the columns "
              + String.join(", ", missing)
              + ". Name the storage of 'deadLetters'.");
    }
  }

  /** All before the first one is written. */
  private void requireTarget(Group group) {
    if (stays(group)) {
      return;
    }
    Optional<Storage> target = storages.find(target(group));
    WriteMode mode = replay.request().mode();
    String problem =
        target.isEmpty()
            ? "a storage that is not there: " + storages.unknown(target(group)) + " Configure it,"
            : target.get() + ", which cannot be written so: " + target.get().unsupported(mode);
    if (target.isEmpty() || !target.get().writeModes().contains(mode)) {
      throw new InvalidRequestException(
          "the dead letters of step '"
              + group.step()
              + "' of run '"
              + group.run()
              + "' are for "
              + problem
              + (target.isEmpty() ? " or choose" : " Choose")
              + " others with --run, --step or --to.");
    }
  }

  /** Of what could not be read there is only a text, and nobody checks conditions again. */
  private boolean stays(Group group) {
    boolean refused = Replay.WHERE.equals(group.code()) && replay.code().isEmpty();
    return refused || DeadLetterRows.MALFORMED.equals(group.code());
  }

  private String target(Group group) {
    return replay.to().orElse(group.meantFor());
  }

  /** The letters in the storage, read anew for each further attempt. */
  private Dataset<Row> chosen(int attempt) {
    if (read.isEmpty() || attempt > 1) {
      read = Optional.of(letters.read(spark));
    }
    return read.get();
  }

  private List<Group> groups(Dataset<Row> all) {
    Dataset<Row> ofStep = chosen("step", replay.step(), chosen("run", replay.run(), all));
    Dataset<Row> chosen = chosen("error_code", replay.code(), ofStep);
    return letters.act(
        () ->
            chosen
                .groupBy(
                    col("run"),
                    col("step"),
                    col("storage"),
                    col("row_schema"),
                    col("failed_at"),
                    col("error_code"))
                .count()
                .orderBy("run", "step", "storage", "failed_at", "row_schema", "error_code")
                .collectAsList()
                .stream()
                .map(Group::of)
                .toList());
  }

  private static Dataset<Row> chosen(String column, Optional<String> value, Dataset<Row> letters) {
    return value.map(it -> letters.filter(col(column).equalTo(lit(it)))).orElse(letters);
  }

  private Replay.Replayed replay(Group group) {
    if (stays(group)) {
      return group.replayed(target(group), Optional.empty());
    }
    Storage target = storages.require(target(group));
    RowsOfRepeat source = target == letters ? RowsOfRepeat.OWN_RESULT : RowsOfRepeat.SAME;
    Optional<String> unrepeatable = target.unrepeatable(replay.request().mode(), source);
    Outcome<WriteResult> outcome =
        resilience.call(
            new Part<>(
                List.of(target, letters), unrepeatable, attempt -> write(group, target, attempt)));
    WriteResult result =
        outcome
            .value()
            .orElseThrow(
                () ->
                    failure(
                        "cannot replay the dead letters of step '"
                            + group.step()
                            + "' of run '"
                            + group.run()
                            + "' to "
                            + target,
                        outcome.failure().orElseThrow(),
                        unrepeatable.orElse(
                            "Then run the same command again: what has been replayed is not written"
                                + " twice.")));
    return group.replayed(target.name(), Optional.of(result.outcome()));
  }

  private WriteResult write(Group group, Storage target, int attempt) {
    Dataset<Row> own =
        chosen(attempt)
            .filter(
                col("run")
                    .equalTo(group.run())
                    .and(col("step").equalTo(group.step()))
                    .and(col("storage").equalTo(group.meantFor()))
                    .and(col("row_schema").equalTo(group.schema()))
                    .and(col("failed_at").eqNullSafe(lit(group.failedAt())))
                    .and(col("error_code").eqNullSafe(lit(group.code()))));
    String contents = letters.act(() -> DeadLetterRows.contents(own));
    CommitToken token =
        new CommitToken(
            "replay " + group.run(), String.join("/", group.step(), group.meantFor(), contents));
    Dataset<Row> rows = DeadLetterRows.original(own, StructType.fromDDL(group.schema()));
    return target.write(spark, rows, replay.request().withToken(token));
  }

  /** Asks the storage with the letters, which can be done again and again. */
  private <T> T ask(String action, IntFunction<T> work) {
    Outcome<T> outcome = resilience.call(new Part<>(List.of(letters), Optional.empty(), work));
    return outcome
        .value()
        .orElseThrow(
            () ->
                failure(
                    "cannot " + action + " the dead letters in " + letters,
                    outcome.failure().orElseThrow(),
                    "Nothing was replayed: run the same command again then."));
  }

  private ReplayException failure(String problem, GivenUp failure, String remedy) {
    Storage named = failure.diagnosis().storage().flatMap(storages::find).orElse(letters);
    GivenUp told = new GivenUp(named.failure(failure.error()), failure.diagnosis(), failure.end());
    return new ReplayException(problem, told, failure.end().contains(remedy) ? "" : remedy);
  }

  /** A part of the replay, for those who repeat it. */
  private final class Part<T> implements Call<T> {
    private final List<Storage> storages;
    private final Optional<String> unrepeatable;
    private final IntFunction<T> work;

    Part(List<Storage> storages, Optional<String> unrepeatable, IntFunction<T> work) {
      this.storages = storages;
      this.unrepeatable = unrepeatable;
      this.work = work;
    }

    @Override
    public T run(int attempt) {
      return work.apply(attempt);
    }

    @Override
    public Collection<Storage> storages() {
      return storages;
    }

    @Override
    public Optional<String> unrepeatable() {
      return unrepeatable;
    }

    @Override
    public void repeating(Repeat repeat) {
      listener.repeating(repeat);
    }
  }
}
