package io.standpipe.tck;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.config.ConfigurationException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.tck.Flow.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * G: rows that are read as they arrive, and micro-batches that are written. The other end of the
 * stream is a folder of files, which the platform reads and writes by itself.
 */
final class StreamSection extends Section {
  private static final Behaviour RESUMED = Behaviour.of(41, "stream goes on after a stop");
  private static final Behaviour REPLAYED = Behaviour.of(42, "replayed micro-batch");
  private static final Behaviour EMPTY = Behaviour.of(43, "empty trigger");
  private static final Behaviour CHANGED = Behaviour.of(44, "other columns in a stream");
  private static final Behaviour APPENDED_ONCE = REPLAYED.variant("as a sink, append");
  private static final String NOT_RECOGNISED =
      "does not recognise a batch that is repeated after a failure, and would append it twice.";
  private static final StructType WIDER = Rows.NUMBERS.add("amount", DataTypes.DoubleType);

  StreamSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    Needs source = Needs.ability(Ability.STREAM_READ);
    behaviour(RESUMED.variant("as a source"), source, this::sourceGoesOn);
    behaviour(REPLAYED.variant("as a source"), source, this::sourceRepeats);
    behaviour(EMPTY.variant("as a source"), source, this::sourceWithoutRows);
    behaviour(CHANGED.variant("as a source, declared anew"), source, this::sourceWithOtherColumns);
    Needs append = Needs.mode(WriteMode.APPEND);
    behaviour(RESUMED.variant("as a sink"), append, this::sinkGoesOn);
    test(APPENDED_ONCE, this::appendedOnce);
    behaviour(
        REPLAYED.variant("as a sink, upsert"),
        Needs.mode(WriteMode.UPSERT),
        () -> repeated(bench.keyed(), Style.APPEND.by(WriteMode.UPSERT)));
    behaviour(EMPTY.variant("as a sink"), append, this::sinkOfNothing);
    behaviour(CHANGED.variant("as a sink, none"), append, this::sinkRefusesColumns);
    behaviour(
        CHANGED.variant("as a sink, addColumns"),
        Needs.evolution(WriteMode.APPEND, SchemaEvolution.ADD_COLUMNS),
        this::sinkAddsColumns);
  }

  private Dataset<Row> rows(long from, long to) {
    return Rows.numbers(spark, from, to);
  }

  /** A storage in this folder, of which only the platform's own connector is needed. */
  private static Map<String, Object> files(Path folder, StructType columns) {
    return Map.of(
        "connector",
        "file",
        "format",
        "json",
        "path",
        folder.toString(),
        "schema",
        Rows.ddl(columns));
  }

  private Path folder() {
    try {
      return Files.createDirectory(bench.folder().resolve("files-" + Bench.fresh()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One more file with these rows, as {@link Rows#numbers} and {@code amount}, there at once. */
  private void arrive(Path folder, long from, long to) {
    String name = Bench.fresh() + ".json";
    String text =
        LongStream.range(from, to)
            .mapToObj(
                id -> "{\"id\": %1$d, \"name\": \"row %1$d\", \"amount\": 0.5}\n".formatted(id))
            .collect(Collectors.joining());
    try {
      Files.move(Files.writeString(bench.folder().resolve(name), text), folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Flow into(Storage sink, Path folder, StructType columns) {
    String source = Bench.fresh();
    return new Flow(
        bench,
        source,
        sink.name(),
        Map.of(source, files(folder, columns), sink.name(), bench.section(sink.name())));
  }

  private Flow outOf(Storage source, Path folder, StructType columns) {
    // The same name for the same folder: it stands for the checkpoint.
    String sink = folder.getFileName().toString().replace("-", "_");
    Map<String, Object> section =
        Configurations.over(bench.section(source.name()), Map.of("schema", Rows.ddl(columns)));
    return new Flow(
        bench,
        source.name(),
        sink,
        Map.of(source.name(), section, sink, files(folder, Rows.NUMBERS)));
  }

  private void load(Storage storage, Dataset<Row> rows) {
    bench.suite().load(spark, storage, rows);
  }

  private void assertCollected(Path folder, Dataset<Row> expected) {
    assertThat(Rows.texts(spark.read().schema(Rows.NUMBERS).json(folder.toString())))
        .isEqualTo(Rows.texts(expected));
  }

  private void sourceGoesOn() throws InterruptedException {
    Storage source = bench.holding(rows(0, 3));
    Path folder = folder();
    Flow flow = outOf(source, folder, Rows.NUMBERS);
    flow.stopAfterFirst(Style.APPEND, () -> load(source, rows(3, 5)));
    load(source, rows(5, 7));
    flow.run(Style.APPEND);
    assertCollected(folder, rows(0, 7));
  }

  /** The same rows once more, then those that came meanwhile. */
  private void sourceRepeats() throws IOException {
    Storage source = bench.holding(rows(0, 3));
    Path folder = folder();
    Flow flow = outOf(source, folder, Rows.NUMBERS);
    flow.run(Style.APPEND);
    flow.forgetLastBatch();
    load(source, rows(3, 5));
    flow.run(Style.APPEND);
    assertCollected(folder, rows(0, 5));
  }

  private void sourceWithoutRows() {
    Storage source = bench.holding(rows(0, 3));
    Path folder = folder();
    Flow flow = outOf(source, folder, Rows.NUMBERS);
    assertThat(flow.batches(Style.APPEND)).isEqualTo(1);
    assertThat(flow.batches(Style.APPEND)).isZero();
    assertCollected(folder, rows(0, 3));
  }

  private Dataset<Row> wider(long from, long to) {
    return rows(from, to).withColumn("amount", lit(0.5));
  }

  /** A stream that goes on with another schema reads the new rows with it. */
  private void sourceWithOtherColumns() {
    Storage source = bench.holding(wider(0, 3));
    Path folder = folder();
    outOf(source, folder, Rows.NUMBERS).run(Style.APPEND);
    load(source, wider(3, 5));
    outOf(source, folder, WIDER)
        .run(Style.selecting("SELECT id, concat(name, ' ', amount) AS name FROM arriving"));
    assertCollected(
        folder, rows(0, 5).selectExpr("id", "IF(id < 3, name, concat(name, ' 0.5')) AS name"));
  }

  private void sinkGoesOn() throws InterruptedException {
    Storage sink = bench.target();
    Path folder = folder();
    Flow flow = into(sink, folder, Rows.NUMBERS);
    arrive(folder, 0, 3);
    flow.stopAfterFirst(Style.APPEND, () -> arrive(folder, 3, 5));
    arrive(folder, 5, 7);
    flow.run(Style.APPEND);
    assertThat(bench.texts(sink)).isEqualTo(Rows.texts(rows(0, 7)));
  }

  /** Where a batch is not recognised, nobody is promised that it is. */
  private Result appendedOnce() throws IOException {
    Storage sink = bench.target();
    if (sink.abilities().contains(Ability.IDEMPOTENT_APPEND)) {
      repeated(sink, Style.APPEND);
      return Result.supported(APPENDED_ONCE, "");
    }
    Flow flow = into(sink, folder(), Rows.NUMBERS);
    assertThat(catchThrowable(() -> flow.exactlyOnce(Style.APPEND)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(NOT_RECOGNISED);
    return Result.refused(APPENDED_ONCE, NOT_RECOGNISED);
  }

  private void repeated(Storage sink, Style style) throws IOException {
    Path folder = folder();
    Flow flow = into(sink, folder, Rows.NUMBERS);
    arrive(folder, 0, 3);
    flow.run(style);
    flow.forgetLastBatch();
    arrive(folder, 3, 5);
    assertThat(flow.batches(style)).as("the batch that was forgotten, and a new one").isEqualTo(2);
    assertThat(bench.texts(sink)).isEqualTo(Rows.texts(rows(0, 5)));
  }

  /** A batch whose rows are all left out, and a trigger without a batch. */
  private void sinkOfNothing() {
    Storage sink = bench.holding(rows(0, 3));
    Path folder = folder();
    Flow flow = into(sink, folder, Rows.NUMBERS);
    arrive(folder, 3, 5);
    Style none = Style.selecting("SELECT * FROM arriving WHERE id < 0");
    assertThat(flow.batches(none)).isEqualTo(1);
    assertThat(flow.batches(none)).isZero();
    assertThat(bench.texts(sink)).isEqualTo(Rows.texts(rows(0, 3)));
  }

  private void sinkRefusesColumns() {
    Storage sink = bench.holding(rows(0, 3));
    Path folder = folder();
    arrive(folder, 3, 5);
    assertThat(into(sink, folder, WIDER).refusal(Style.APPEND)).contains("amount");
    assertThat(bench.texts(sink)).isEqualTo(Rows.texts(rows(0, 3)));
  }

  private void sinkAddsColumns() {
    Storage sink = bench.holding(rows(0, 3));
    Path folder = folder();
    arrive(folder, 3, 5);
    into(sink, folder, WIDER).batches(Style.APPEND.evolving(SchemaEvolution.ADD_COLUMNS));
    Storage again = bench.again(sink, WIDER);
    assertThat(
            again.<List<String>>act(
                () -> Rows.texts(again.read(spark).select("id", "name", "amount"))))
        .isEqualTo(
            Rows.texts(rows(0, 5).selectExpr("id", "name", "IF(id < 3, NULL, 0.5D) AS amount")));
  }
}
