package io.standpipe.tck;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.tck.Deviations.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** C: what is read, and how much of it. */
final class ReadSection extends Section {
  private static final Behaviour SCHEMA = Behaviour.of(15, "schema");
  private static final Behaviour COLUMNS = Behaviour.of(16, "columns");
  private static final Behaviour FILTER = Behaviour.of(17, "filter");
  private static final Behaviour PLAN = Behaviour.of(19, "plan");
  private static final Behaviour PRUNING = PLAN.variant("column pruning");
  private static final Behaviour PUSH_DOWN = PLAN.variant("filter push-down");
  private static final Behaviour EMPTY = Behaviour.of(22, "empty");
  private static final String DDL =
      "id BIGINT, name STRING, amount DOUBLE, day DATE, active BOOLEAN, note STRING";

  private static final Map<String, List<String>> FILTERS =
      new TreeMap<>(
          Map.of(
              "equality",
              List.of("id = 3", "name = 'alpha'", "name = ''", "name = 'O''Brien'", "active"),
              "in",
              List.of("id IN (2, 5, 99)", "name IN ('alpha', 'łąka')", "name IN ('beta', NULL)"),
              "range",
              List.of(
                  "id > 4 AND id <= 9",
                  "amount >= 2.5",
                  "id BETWEEN 3 AND 6",
                  "day < DATE'2000-01-01'",
                  "name > 'b'"),
              "null",
              List.of("note IS NULL", "name IS NOT NULL", "name <=> NULL", "note = NULL"),
              "like",
              List.of(
                  "name LIKE 'al%'", "note LIKE '%c'", "name LIKE 'a\\\\_c'", "name LIKE '%p_a%'"),
              "and, or, not",
              List.of(
                  "NOT (name = 'alpha')",
                  "name <> 'alpha' OR note IS NULL",
                  "id = 3 AND name = 'gamma'",
                  "NOT (id > 3 AND amount > 0)",
                  "NOT (id IN (1, 2) OR note IS NULL)")));

  /** What queries of {@link Rows#searched} give, the same for all suites. */
  private static final Map<String, List<String>> EXPECTED = new ConcurrentHashMap<>();

  private Storage searched;

  ReadSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    behaviour(SCHEMA.variant("inferred"), this::inferredSchema);
    behaviour(SCHEMA.variant("given"), Needs.ability(Ability.SCHEMA), this::givenSchema);
    behaviour(COLUMNS.variant("subset"), () -> sameAs(rows -> rows.select("name", "id")));
    behaviour(COLUMNS.variant("reversed"), this::reversedColumns);
    behaviour(COLUMNS.variant("count"), () -> sameAs(rows -> rows.agg(functions.count("*"))));
    FILTERS.forEach((name, filters) -> behaviour(FILTER.variant(name), () -> filter(filters)));
    behaviour(Behaviour.of(18, "pushed filter as unpushed"), this::pushedAsUnpushed);
    behaviour(PRUNING, this::columnsAreNotRead);
    behaviour(PUSH_DOWN, this::filterIsPushed);
    behaviour(Behaviour.of(20, "limit"), this::limit);
    behaviour(
        Behaviour.of(21, "aggregate and join").variant("aggregate"),
        () ->
            sameAs(
                rows ->
                    rows.groupBy("active")
                        .agg(functions.count("*"), functions.sum("amount"), functions.min("day"))));
    behaviour(Behaviour.of(21, "aggregate and join").variant("join"), this::join);
    behaviour(EMPTY.variant("source"), this::emptySource);
    behaviour(EMPTY.variant("partition"), this::emptyPartition);
    behaviour(Behaviour.of(23, "partitioned read as one partition"), this::partitions);
  }

  private Dataset<Row> expected() {
    return Rows.searched(spark);
  }

  /** The configuration of the rows that all searches share; opened again for each behaviour. */
  private Storage searched() {
    if (searched == null) {
      searched = bench.holding(expected());
      return searched;
    }
    searched = bench.again(searched, expected().schema());
    return searched;
  }

  private void sameAs(UnaryOperator<Dataset<Row>> query) {
    Storage storage = searched();
    assertThat(texts(storage, query)).isEqualTo(Rows.texts(query.apply(expected())));
  }

  private List<String> texts(Storage storage, UnaryOperator<Dataset<Row>> query) {
    return storage.act(() -> Rows.texts(query.apply(storage.read(spark))));
  }

  private void inferredSchema() {
    String name = searched().name();
    StructType schema = bench.open(name, bench.suite().storage(name)).read(spark).schema();
    if (isDifferent(SCHEMA.variant("inferred"))) {
      assertThat(schema.fieldNames()).containsExactlyInAnyOrder(expected().schema().fieldNames());
    } else {
      assertSchema(schema);
    }
  }

  private static void assertSchema(StructType schema) {
    assertThat(List.of(schema.fields()).stream().map(f -> f.name() + " " + f.dataType().sql()))
        .containsExactlyInAnyOrder(DDL.split(", "));
  }

  private void givenSchema() {
    String name = searched().name();
    Map<String, Object> options =
        Configurations.over(bench.suite().storage(name), Map.of("schema", DDL));
    Storage storage = bench.open(name, options);
    Optional<StructType> known = storage.knownSchema();
    assertThat(known).isPresent();
    assertSchema(known.get());
    assertSchema(storage.read(spark).schema());
    assertThat(bench.texts(storage)).hasSize(12);
  }

  private void reversedColumns() {
    sameAs(rows -> rows.select("note", "active", "day", "amount", "name", "id"));
  }

  /** The first filter also without the filtered column among the selected ones. */
  private void filter(List<String> filters) {
    Storage storage = searched();
    for (String filter : filters) {
      assertSame(storage, filter, "id", "name", "amount", "day", "active", "note");
    }
    assertSame(storage, filters.get(0), "active");
  }

  private void assertSame(Storage storage, String filter, String... columns) {
    UnaryOperator<Dataset<Row>> query = rows -> rows.filter(filter).selectExpr(columns);
    String asked = "%s of %s".formatted(filter, String.join(", ", columns));
    assertThat(texts(storage, query))
        .as(asked)
        .isEqualTo(EXPECTED.computeIfAbsent(asked, unknown -> Rows.texts(query.apply(expected()))));
  }

  /** Unpushed: the condition is a column first, and rows are moved before they are filtered. */
  private void pushedAsUnpushed() {
    Storage storage = searched();
    for (List<String> filters : FILTERS.values()) {
      Column condition = expr(filters.get(filters.size() - 1));
      List<String> unpushed =
          texts(
              storage,
              rows ->
                  rows.withColumn("selected", condition)
                      .repartition(1)
                      .filter("selected")
                      .drop("selected"));
      assertThat(texts(storage, rows -> rows.filter(condition)))
          .as("%s", condition)
          .isEqualTo(unpushed);
    }
  }

  private void columnsAreNotRead() {
    Storage storage = searched();
    List<String> leaves =
        storage.act(() -> Plans.columnsOfLeaves(storage.read(spark).select("id", "amount")));
    if (isDifferent(PRUNING)) {
      assertThat(leaves).as("columns that are read").doesNotContain("id", "amount");
    } else {
      assertThat(leaves).contains("id", "amount").doesNotContain("name", "day", "active", "note");
    }
  }

  private void filterIsPushed() {
    Storage storage = searched();
    String text =
        storage.act(
            () -> Plans.textOfLeaves(storage.read(spark).filter(col("id").equalTo(7654321L))));
    assertThat(text.contains("7654321")).as(text).isEqualTo(!isDifferent(PUSH_DOWN));
  }

  private boolean isDifferent(Behaviour behaviour) {
    return deviation(Kind.DIFFERS, behaviour).isPresent();
  }

  private void limit() {
    Storage storage = searched();
    for (int limit : new int[] {0, 1, 5, 12, 100}) {
      assertThat(
              storage.<Integer>act(() -> storage.read(spark).limit(limit).collectAsList().size()))
          .isEqualTo(Math.min(limit, 12));
    }
  }

  private void join() {
    Dataset<Row> other = Rows.numbers(spark, 3, 8).withColumnRenamed("name", "number");
    sameAs(rows -> rows.join(other, "id").select("id", "name", "number"));
    sameAs(
        rows ->
            rows.as("a")
                .join(rows.as("b"), expr("a.id = b.id + 1"))
                .selectExpr("a.id", "b.name AS other"));
  }

  private void emptySource() {
    Storage storage = bench.holding(expected().limit(0));
    assertThat(bench.texts(storage)).isEmpty();
    assertThat(storage.<Long>act(() -> storage.read(spark).count())).isZero();
  }

  /** Two rows in eight partitions. */
  private void emptyPartition() {
    Dataset<Row> rows = Rows.numbers(spark, 0, 2).repartition(8, col("id"));
    Storage storage = bench.holding(rows);
    assertThat(bench.texts(storage)).isEqualTo(Rows.texts(rows));
  }

  private void partitions() {
    Dataset<Row> rows = Rows.numbers(spark, 0, 40).repartition(4);
    Storage parallel = bench.storage(bench.suite().parallel());
    bench.suite().load(spark, parallel, rows);
    Storage single = bench.again(parallel, Rows.NUMBERS);

    int partitions = parallel.act(() -> parallel.read(spark).javaRDD().getNumPartitions());
    assertThat(partitions).isGreaterThan(1);
    assertThat(bench.texts(parallel)).isEqualTo(Rows.texts(rows));
    assertThat(texts(single, read -> read.coalesce(1))).isEqualTo(Rows.texts(rows));
  }
}
