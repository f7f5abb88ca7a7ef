package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.tck.Deviations.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** E29 to 31: what writes do with the rows, the columns and what is there. */
final class WriteSection extends Section {
  private static final Behaviour MODES = Behaviour.of(29, "write mode");

  /** A deviation says that it makes nothing: then the kit makes all storages first. */
  static final Behaviour APPEND = MODES.variant(WriteMode.APPEND.id());

  private static final Behaviour COLUMNS = Behaviour.of(30, "columns of the rows");
  private static final Behaviour NOT_NULL = COLUMNS.variant("NULL into NOT NULL");
  private static final Behaviour ZERO = Behaviour.of(31, "zero rows");

  WriteSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    mode(WriteMode.APPEND, this::append);
    mode(WriteMode.OVERWRITE, this::overwrite);
    mode(WriteMode.ERROR_IF_EXISTS, this::errorIfExists);
    mode(WriteMode.IGNORE, this::ignore);
    behaviour(COLUMNS.variant("any order"), Needs.mode(WriteMode.APPEND), this::anyOrder);
    behaviour(COLUMNS.variant("missing column"), Needs.mode(WriteMode.APPEND), this::missing);
    behaviour(COLUMNS.variant("unknown column"), Needs.mode(WriteMode.APPEND), this::unknown);
    behaviour(NOT_NULL, Needs.ability(Ability.TABLE), this::nullIntoNotNull);
    for (WriteMode mode : List.of(WriteMode.APPEND, WriteMode.OVERWRITE, WriteMode.UPSERT)) {
      behaviour(ZERO.variant(mode.id()), Needs.mode(mode), () -> zeroRows(mode));
    }
  }

  private void mode(WriteMode mode, Body body) {
    behaviour(MODES.variant(mode.id()), Needs.mode(mode), body);
  }

  private Dataset<Row> rows(long from, long to) {
    return Rows.numbers(spark, from, to);
  }

  @SafeVarargs
  private void assertHolds(Storage storage, Dataset<Row>... parts) {
    List<String> expected =
        Stream.of(parts).flatMap(part -> Rows.texts(part).stream()).sorted().toList();
    assertThat(bench.texts(storage)).isEqualTo(expected);
  }

  private void append() {
    Storage storage = bench.storage();
    if (deviation(Kind.DIFFERS, APPEND).isPresent()) {
      assertThatThrownBy(() -> bench.write(storage, rows(0, 3), WriteMode.APPEND))
          .isInstanceOf(StorageException.class);
      bench.prepared(storage, Rows.NUMBERS);
    }
    bench.write(storage, rows(0, 3), WriteMode.APPEND);
    WriteResult second = bench.write(storage, rows(3, 5), WriteMode.APPEND);
    assertHolds(storage, rows(0, 5));
    assertThat(second.outcome()).isEqualTo(Outcome.COMMITTED);
    second.rows().ifPresent(count -> assertThat(count).isEqualTo(2));
  }

  private void overwrite() {
    Storage storage = bench.holding(rows(0, 3));
    bench.write(storage, rows(2, 4), WriteMode.OVERWRITE);
    assertHolds(storage, rows(2, 4));
    Storage missing = bench.storage();
    bench.write(missing, rows(0, 2), WriteMode.OVERWRITE);
    assertHolds(missing, rows(0, 2));
  }

  private void errorIfExists() {
    Storage storage = bench.storage();
    bench.write(storage, rows(0, 3), WriteMode.ERROR_IF_EXISTS);
    assertThatThrownBy(() -> bench.write(storage, rows(5, 7), WriteMode.ERROR_IF_EXISTS))
        .isInstanceOf(StorageException.class);
    assertHolds(storage, rows(0, 3));
  }

  private void ignore() {
    Storage storage = bench.storage();
    bench.write(storage, rows(0, 3), WriteMode.IGNORE);
    WriteResult second = bench.write(storage, rows(5, 7), WriteMode.IGNORE);
    assertThat(second.outcome()).isEqualTo(Outcome.IGNORED);
    assertHolds(storage, rows(0, 3));
  }

  private Dataset<Row> wider(long from, long to) {
    return rows(from, to).selectExpr("id", "name", "CAST(id * 2 AS DOUBLE) AS amount");
  }

  private void anyOrder() {
    Storage storage = bench.holding(wider(0, 3));
    bench.write(storage, wider(3, 5).select("amount", "id", "name"), WriteMode.APPEND);
    assertThat(texts(storage)).isEqualTo(Rows.texts(wider(0, 5)));
  }

  private void missing() {
    Storage storage = bench.holding(wider(0, 3));
    bench.write(storage, wider(3, 5).select("id", "amount"), WriteMode.APPEND);
    assertThat(texts(storage))
        .isEqualTo(
            Rows.texts(wider(0, 5).selectExpr("id", "IF(id < 3, name, NULL) AS name", "amount")));
  }

  private List<String> texts(Storage storage) {
    return storage.act(() -> Rows.texts(storage.read(spark).select("id", "name", "amount")));
  }

  /** Without schemaEvolution a column that the storage lacks is refused. */
  private void unknown() {
    Storage storage = bench.holding(rows(0, 3));
    assertThatThrownBy(() -> bench.write(storage, wider(3, 5), WriteMode.APPEND))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("amount");
    assertHolds(storage, rows(0, 3));
  }

  /** A storage without such columns keeps the NULL, and its page says so. */
  private void nullIntoNotNull() {
    Storage storage = bench.storage();
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType, false)
            .add("name", DataTypes.StringType, false);
    storage.use(
        SupportsTable.class,
        table -> {
          table.create(spark, schema);
          return true;
        });
    Dataset<Row> nulls = rows(0, 2).selectExpr("id", "IF(id = 1, NULL, name) AS name");
    if (deviation(Kind.DIFFERS, NOT_NULL).isPresent()) {
      bench.write(storage, nulls, WriteMode.APPEND);
      assertHolds(storage, nulls);
    } else {
      assertThatThrownBy(() -> bench.write(storage, nulls, WriteMode.APPEND))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("name");
      assertThat(bench.texts(storage)).isEmpty();
    }
  }

  private void zeroRows(WriteMode mode) {
    Storage storage = bench.target();
    bench.write(storage, rows(0, 0), mode);
    assertThat(bench.texts(storage)).isEmpty();
    bench.write(storage, rows(0, 2), mode);
    bench.write(storage, rows(0, 0), mode);
    if (mode == WriteMode.OVERWRITE) {
      assertHolds(storage);
    } else {
      assertHolds(storage, rows(0, 2));
    }
  }
}
