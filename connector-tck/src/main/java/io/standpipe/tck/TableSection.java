package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.resilience.Diagnosis;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** F: tables come and go, and their columns change. */
final class TableSection extends Section {
  private static final Behaviour TABLE = Behaviour.of(38, "table");
  private static final Behaviour COLUMNS = Behaviour.of(39, "change of columns");

  TableSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(TABLE.variant("create"), Needs.ability(Ability.TABLE), this::create);
    behaviour(TABLE.variant("drop"), Needs.ability(Ability.TABLE), this::drop);
    behaviour(TABLE.variant("exists"), Needs.ability(Ability.TABLE), this::exists);
    behaviour(
        COLUMNS.variant("add, by append"),
        Needs.evolution(WriteMode.APPEND, SchemaEvolution.ADD_COLUMNS),
        this::add);
    behaviour(
        COLUMNS.variant("rename and drop, by overwrite"),
        Needs.evolution(WriteMode.OVERWRITE, SchemaEvolution.REPLACE),
        this::replace);
    behaviour(
        Behaviour.of(40, "missing and existing are told apart"),
        Needs.ability(Ability.TABLE),
        this::toldApart);
  }

  private Dataset<Row> rows() {
    return Rows.numbers(spark, 0, 3);
  }

  private static void with(Storage storage, Consumer<SupportsTable> action) {
    storage.use(
        SupportsTable.class,
        table -> {
          action.accept(table);
          return true;
        });
  }

  private boolean isThere(Storage storage) {
    return storage.use(SupportsTable.class, table -> table.exists(spark));
  }

  private void create(Storage storage) {
    with(storage, table -> table.create(spark, rows().schema()));
  }

  private void create() {
    Storage storage = bench.storage();
    create(storage);
    assertThat(bench.texts(storage)).isEmpty();
    StructType schema = storage.act(() -> storage.read(spark).schema());
    assertThat(schema.fieldNames()).containsExactlyInAnyOrder("id", "name");
    bench.suite().load(spark, storage, rows());
    assertThat(bench.texts(storage)).isEqualTo(Rows.texts(rows()));
  }

  private void drop() {
    Storage storage = bench.holding(rows());
    with(storage, table -> table.drop(spark));
    assertThat(isThere(storage)).isFalse();
    assertThat(catchThrowable(() -> bench.texts(storage))).isInstanceOf(StorageException.class);
    bench.suite().load(spark, storage, rows());
    assertThat(bench.texts(storage)).isEqualTo(Rows.texts(rows()));
  }

  private void exists() {
    Storage storage = bench.storage();
    assertThat(isThere(storage)).isFalse();
    create(storage);
    assertThat(isThere(storage)).isTrue();
  }

  private void add() {
    Storage storage = bench.holding(rows());
    Dataset<Row> wider = Rows.numbers(spark, 3, 5).selectExpr("id", "name", "id * 2 AS twice");
    storage.write(
        spark, wider, WriteRequest.of(WriteMode.APPEND).evolving(SchemaEvolution.ADD_COLUMNS));
    Dataset<Row> expected =
        Rows.numbers(spark, 0, 5).selectExpr("id", "name", "IF(id < 3, NULL, id * 2) AS twice");
    Storage again = bench.again(storage, wider.schema());
    assertThat(
            again.<List<String>>act(
                () -> Rows.texts(again.read(spark).select("id", "name", "twice"))))
        .isEqualTo(Rows.texts(expected));
  }

  private void replace() {
    Storage storage = bench.holding(rows().withColumnRenamed("name", "before"));
    storage.write(
        spark, rows(), WriteRequest.of(WriteMode.OVERWRITE).evolving(SchemaEvolution.REPLACE));
    Storage again = bench.again(storage, rows().schema());
    assertThat(again.<StructType>act(() -> again.read(spark).schema()).fieldNames())
        .containsExactlyInAnyOrder("id", "name");
    assertThat(bench.texts(again)).isEqualTo(Rows.texts(rows()));
  }

  private void toldApart() {
    Storage storage = bench.storage();
    Throwable missing = catchThrowable(() -> with(storage, table -> table.drop(spark)));
    create(storage);
    Throwable existing = catchThrowable(() -> create(storage));
    for (Throwable failure : List.of(missing, existing)) {
      assertThat(failure).isInstanceOf(StorageException.class);
      assertThat(Diagnosis.of(failure, List.of(storage)).verdict()).isEqualTo(Verdict.PERMANENT);
    }
    assertThat(existing).hasMessageMatching("(?s).*(exists|is there already).*");
    assertThat(missing).hasMessageMatching("(?s).*(not|no).*");
    assertThat(Messages.lasting(storage, missing))
        .isNotEqualTo(Messages.lasting(storage, existing));
  }
}
