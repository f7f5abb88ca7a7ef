package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.sql.Connection;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import scala.Tuple2;

@ParameterizedClass
@EnumSource(Database.class)
class WriteTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);

  @Parameter Database database;
  private String table;
  private JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = database.table(table);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(database.stagingTables()).isEmpty();
  }

  private static Dataset<Row> numbers(long from, long to) {
    return SPARK.range(from, to, 1, 4).toDF("id");
  }

  private List<Long> ids() {
    return connector.read(SPARK).select("id").collectAsList().stream()
        .map(row -> row.getLong(0))
        .sorted()
        .toList();
  }

  private static List<Long> range(long from, long to) {
    return java.util.stream.LongStream.range(from, to).boxed().toList();
  }

  @Test
  void append_missingTable_createsIt() {
    WriteResult result = connector.write(SPARK, numbers(0, 10), APPEND);
    connector.write(SPARK, numbers(10, 15), APPEND);

    assertThat(result).isEqualTo(WriteResult.committed(10));
    assertThat(ids()).isEqualTo(range(0, 15));
  }

  @Test
  void append_schemaNamedInOtherCase_createsTheTableThere() {
    JdbcConnector named = database.table("Public." + table);

    named.write(SPARK, numbers(0, 3), APPEND);

    assertThat(ids()).isEqualTo(range(0, 3));
    assertThat(
            database.texts(
                "SELECT table_schema FROM information_schema.tables WHERE table_name = '"
                    + table
                    + "'"))
        .containsExactly(database.defaultSchema());
  }

  @Test
  void append_noRows_createsAnEmptyTable() {
    assertThat(connector.write(SPARK, numbers(0, 0), APPEND)).isEqualTo(WriteResult.committed(0));
    assertThat(connector.exists(SPARK)).isTrue();
    assertThat(ids()).isEmpty();
    assertThat(connector.write(SPARK, rows("id BIGINT"), APPEND))
        .isEqualTo(WriteResult.committed(0));
  }

  @Test
  void overwrite_tableWithRows_replacesThem() {
    connector.write(SPARK, numbers(0, 10), APPEND);

    assertThat(connector.write(SPARK, numbers(5, 7), OVERWRITE))
        .isEqualTo(WriteResult.committed(2));
    assertThat(ids()).isEqualTo(range(5, 7));
  }

  @Test
  void overwrite_tableFromItself_keepsItsRows() {
    connector.write(SPARK, numbers(0, 100), APPEND);

    connector.write(SPARK, connector.read(SPARK).selectExpr("id + 1000 AS id"), OVERWRITE);

    assertThat(ids()).isEqualTo(range(1000, 1100));
  }

  @Test
  void overwrite_referencedTable_works() {
    database.execute(
        "CREATE TABLE \"" + table + "\" (\"id\" bigint PRIMARY KEY)",
        "CREATE TABLE \"" + table + "_ref\" (\"id\" bigint REFERENCES \"" + table + "\" (\"id\"))",
        "INSERT INTO \"" + table + "\" VALUES (1)");

    connector.write(SPARK, numbers(2, 4), OVERWRITE);

    assertThat(ids()).isEqualTo(range(2, 4));
  }

  @Test
  void overwrite_replaceWhere_replacesOnlyTheseRows() {
    connector.write(SPARK, numbers(0, 10), APPEND);
    WriteRequest request = OVERWRITE.replacing(Condition.column("ID").atLeast(5));

    connector.write(SPARK, numbers(7, 9), request);
    connector.write(SPARK, numbers(7, 9), request);

    assertThat(ids()).containsExactly(0L, 1L, 2L, 3L, 4L, 7L, 8L);
  }

  @Test
  void overwrite_replaceWhereOrdersText_selectsAsSparkDoes() {
    String collation = database == Database.POSTGRESQL ? " COLLATE \"en-x-icu\"" : "";
    database.execute("CREATE TABLE \"" + table + "\" (\"code\" varchar(9)" + collation + ")");
    connector.write(SPARK, SPARK.sql("VALUES ('A1'), ('b7'), ('B2') AS t(code)"), APPEND);

    connector.write(
        SPARK,
        SPARK.sql("VALUES ('A9') AS t(code)"),
        OVERWRITE.replacing(
            Condition.column("code").atLeast("A").and(Condition.column("code").lessThan("C"))));

    assertThat(connector.read(SPARK).as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrder("A9", "b7");
  }

  @Test
  void overwrite_replaceWhereDayOfATimestamp_beginsInTheSessionsZone() {
    SparkSession tokyo = SPARK.newSession();
    tokyo.conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
    String rows =
        "VALUES (TIMESTAMP '2001-01-01 23:59:00'), (TIMESTAMP '2001-01-02 00:00:00') AS t(at)";
    connector.write(tokyo, tokyo.sql(rows), OVERWRITE);

    connector.write(
        tokyo,
        tokyo.sql(rows).limit(0),
        OVERWRITE.replacing(Condition.column("at").atLeast(LocalDate.of(2001, 1, 2))));

    assertThat(
            connector
                .read(tokyo)
                .selectExpr("CAST(at AS STRING)")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly("2001-01-01 23:59:00");
  }

  @Test
  void overwrite_rowOutsideReplaceWhere_isRefused() {
    connector.write(SPARK, numbers(0, 10), APPEND);

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, numbers(4, 9), OVERWRITE.replacing(Condition.column("id").atLeast(5))))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessage(
            "a row for table '"
                + database.defaultSchema()
                + "."
                + table
                + "' does not fulfil"
                + " replaceWhere. Write only rows that the condition selects, so that a repeat"
                + " replaces them.");
    assertThat(ids()).isEqualTo(range(0, 10));
  }

  @Test
  void overwrite_replaceWhereWithExpressionOrUnknownColumn_isRefusedBeforeAnyJob() {
    connector.write(SPARK, numbers(0, 2), APPEND);
    Dataset<Row> untouchable = failing(numbers(0, 5), attempt -> true);

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, untouchable, OVERWRITE.replacing(Condition.expression("id > 5"))))
        .hasMessage(
            "a Spark SQL expression cannot be used as a condition of the database: id > 5. Write"
                + " the condition with columns and values.");
    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, untouchable, OVERWRITE.replacing(Condition.column("idd").isNull())))
        .hasMessage("the condition's column 'idd' is not a column. Did you mean 'id'?");
  }

  @Test
  void errorIfExists_emptyOrFull_writesOrFails() {
    WriteRequest request = WriteRequest.of(WriteMode.ERROR_IF_EXISTS);

    connector.create(SPARK, new StructType().add("id", "bigint"));
    assertThat(connector.write(SPARK, numbers(0, 2), request)).isEqualTo(WriteResult.committed(2));
    assertThatThrownBy(() -> connector.write(SPARK, numbers(2, 4), request))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "table '"
                + database.defaultSchema()
                + "."
                + table
                + "' exists and has rows, and the"
                + " mode is errorIfExists. Empty or drop the table, or choose another mode.");
    assertThat(ids()).isEqualTo(range(0, 2));
  }

  @Test
  void ignore_emptyOrFull_writesOrDoesNothing() {
    WriteRequest request = WriteRequest.of(WriteMode.IGNORE);

    assertThat(connector.write(SPARK, numbers(0, 2), request)).isEqualTo(WriteResult.committed(2));
    assertThat(connector.write(SPARK, failing(numbers(0, 2), attempt -> true), request))
        .isEqualTo(WriteResult.unchanged(Outcome.IGNORED));
    assertThat(ids()).isEqualTo(range(0, 2));
  }

  @Test
  void append_sameTokenTwice_writesOnce() {
    WriteRequest request = APPEND.withToken(new CommitToken("run-1", "node of " + table));

    assertThat(connector.write(SPARK, numbers(0, 5), request)).isEqualTo(WriteResult.committed(5));
    // A job would fail: none is run.
    assertThat(connector.write(SPARK, failing(numbers(0, 5), attempt -> true), request))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(ids()).isEqualTo(range(0, 5));
    connector.write(SPARK, numbers(5, 6), APPEND.withToken(new CommitToken("run-2", "x")));
    assertThat(ids()).isEqualTo(range(0, 6));
  }

  @Test
  void append_sameTokenAtTheSameTime_writesOnce() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));

    List<WriteResult> results =
        inParallel(3, () -> database.table(table).write(SPARK, numbers(0, 50), request));

    assertThat(results)
        .extracting(WriteResult::outcome)
        .containsExactlyInAnyOrder(
            Outcome.COMMITTED, Outcome.ALREADY_COMMITTED, Outcome.ALREADY_COMMITTED);
    assertThat(ids()).isEqualTo(range(0, 50));
  }

  @Test
  void append_concurrentWritersToAMissingTable_keepAllRows() throws Exception {
    List<WriteResult> results =
        inParallel(
            4,
            () ->
                database
                    .table(table)
                    .write(
                        SPARK,
                        numbers(0, 100),
                        APPEND.withToken(
                            new CommitToken("run", Thread.currentThread().getName() + table))));

    assertThat(results).allMatch(result -> result.outcome() == Outcome.COMMITTED);
    assertThat(ids()).hasSize(400);
  }

  private static <T> List<T> inParallel(int times, Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(times);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(java.util.Collections.nCopies(times, work))) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  /** Says, in a task, whether this attempt fails. */
  @FunctionalInterface
  private interface Failure extends MapFunction<Integer, Boolean> {}

  /** Rows of which the last partition fails after its rows, for those attempts. */
  private static Dataset<Row> failing(Dataset<Row> rows, Failure failure) {
    MapPartitionsFunction<Row, Long> function =
        input -> {
          List<Long> values = new ArrayList<>();
          input.forEachRemaining(row -> values.add(row.getLong(0)));
          Iterator<Long> iterator = values.iterator();
          TaskContext task = TaskContext.get();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              try {
                if (!iterator.hasNext()
                    && task.partitionId() == 3
                    && failure.call(task.attemptNumber())) {
                  throw new IllegalStateException("out of order");
                }
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return iterator.hasNext();
            }

            @Override
            public Long next() {
              return iterator.next();
            }
          };
        };
    return rows.mapPartitions(function, Encoders.LONG()).toDF("id");
  }

  @Test
  void append_taskThatFailsAtFirst_doesNotDuplicate() {
    WriteResult result =
        connector.write(SPARK, failing(numbers(0, 40_000), attempt -> attempt < 2), APPEND);

    assertThat(result).isEqualTo(WriteResult.committed(40_000));
    assertThat(ids()).isEqualTo(range(0, 40_000));
  }

  @Test
  void append_taskThatAlwaysFails_leavesNothingVisible() {
    connector.write(SPARK, numbers(0, 5), APPEND);

    assertThatThrownBy(
            () -> connector.write(SPARK, failing(numbers(0, 4000), attempt -> true), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to table '"
                + table
                + "': the rows could not be computed: out of order."
                + " Nothing was written. See the cause for details.");
    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void append_failingTaskAndMissingTable_leavesNoTable() {
    assertThatThrownBy(
            () -> connector.write(SPARK, failing(numbers(0, 40), attempt -> true), APPEND))
        .isInstanceOf(ConnectorException.class);

    assertThat(connector.exists(SPARK)).isFalse();
  }

  @Test
  void overwrite_failingTask_keepsTheOldRows() {
    connector.write(SPARK, numbers(0, 5), APPEND);

    assertThatThrownBy(
            () -> connector.write(SPARK, failing(numbers(7, 4000), attempt -> true), OVERWRITE))
        .isInstanceOf(ConnectorException.class);

    assertThat(ids()).isEqualTo(range(0, 5));
  }

  @Test
  void publish_twoAttemptsOfOnePartition_takesTheAcceptedOne() throws Exception {
    connector.create(SPARK, new StructType().add("id", "bigint"));
    ConnectionSettings settings = ConnectionSettings.of(database.config("table", table));
    TableId target = new TableId(database.defaultSchema(), table);
    try (Connection connection = settings.open()) {
      TableWriter writer =
          new TableWriter(
              database.config("table", table),
              settings,
              TableName.parse(table),
              java.time.Clock.systemUTC());
      WritePlan plan =
          writer.plan(
              connection, new StructType().add("id", "bigint"), APPEND, java.time.ZoneId.of("UTC"));
      Staging.create(connection, settings.dialect(), plan.stage(), target, plan.columns());
      StageTask task =
          new StageTask(
              settings,
              settings.dialect().loader(10),
              new StageLoader.Stage(
                  plan.stage().sql(), plan.targetNames(), List.of(DataTypes.LongType)));
      List<InternalRow> rows =
          List.of(
              new GenericInternalRow(new Object[] {1L}), new GenericInternalRow(new Object[] {2L}));
      Tuple2<Long, Long> first = task.stage(rows.iterator(), 71);
      task.stage(rows.iterator(), 72);

      try (Connection transaction = settings.open()) {
        publish(settings, transaction, plan, first);
      }
      assertThat(ids()).containsExactly(1L, 2L);

      // A server that crashes empties a staging table that is not logged.
      database.execute("DELETE FROM " + plan.stage().sql());
      try (Connection transaction = settings.open()) {
        assertThatThrownBy(() -> publish(settings, transaction, plan, first))
            .isInstanceOf(LostStagingException.class)
            .hasMessage(
                "the tasks staged 2 rows for table '"
                    + target
                    + "', but 0 are there; the server"
                    + " probably crashed in between. Nothing was written. Run the write again.");
      }
      assertThat(ids()).containsExactly(1L, 2L);
      Staging.discard(settings, plan.stage());
    }
  }

  private static WriteResult publish(
      ConnectionSettings settings,
      Connection transaction,
      WritePlan plan,
      Tuple2<Long, Long> attempt)
      throws java.sql.SQLException {
    return new Publication(
            settings, transaction, plan, List.of(attempt), new WholeMove(settings.dialect()))
        .run();
  }

  @Test
  void append_stagingTableOfAKilledProcess_isRemovedAfterADay() {
    connector.write(SPARK, numbers(0, 1), APPEND);
    TableId target = new TableId(database.defaultSchema(), table);
    Instant now = Instant.now();
    TableId old = Staging.name(target, now.minusSeconds(90_000));
    TableId recent = Staging.name(target, now.minusSeconds(3_600));
    TableId foreign = Staging.name(target.sibling("other"), now.minusSeconds(900_000));
    for (TableId stage : List.of(old, recent, foreign)) {
      database.execute("CREATE TABLE " + stage.sql() + " (\"id\" bigint)");
    }

    connector.write(SPARK, numbers(1, 2), APPEND);

    assertThat(ids()).isEqualTo(range(0, 2));
    assertThat(database.stagingTables()).containsExactlyInAnyOrder(recent.name(), foreign.name());
    database.execute("DROP TABLE " + recent.sql(), "DROP TABLE " + foreign.sql());
  }

  @Test
  void append_columns_matchByNameInAnyOrderAndCase() {
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"id\" bigint NOT NULL, \"Name\" varchar(20) DEFAULT 'none',"
            + " \"note\" varchar(20))");

    connector.write(SPARK, rows("note STRING, ID BIGINT", RowFactory.create("n", 1L)), APPEND);

    assertThat(connector.read(SPARK).collectAsList())
        .containsExactly(RowFactory.create(1L, "none", "n"));
  }

  @Test
  void append_unknownColumn_isRefusedWithASuggestion() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" bigint, \"delay\" bigint)");

    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("id", "id AS delai"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "table '"
                + database.defaultSchema()
                + "."
                + table
                + "' has no column 'delai'. Did you"
                + " mean 'delay'? To add new columns to the table, set schemaEvolution to"
                + " addColumns.");
  }

  @Test
  void append_missingRequiredColumn_isRefused() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" bigint, \"key\" bigint NOT NULL)");

    assertThatThrownBy(() -> connector.write(SPARK, numbers(0, 1), APPEND))
        .hasMessage(
            "the rows lack key, which table '"
                + database.defaultSchema()
                + "."
                + table
                + "' declares NOT NULL without a default. Add the column to the rows, or give it a"
                + " default in the table.");
  }

  @Test
  void append_nullIntoNotNull_isRefused() {
    connector.create(SPARK, StructType.fromDDL("id BIGINT NOT NULL, n INT"));

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK,
                    rows("id BIGINT, n INT", RowFactory.create(1L, 1), RowFactory.create(null, 2)),
                    APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot write to table '" + table + "': ")
        .hasMessageContaining("\"id\"")
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.")
        .cause()
        .isInstanceOfSatisfying(
            java.sql.SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23502"));
    assertThat(ids()).isEmpty();
  }

  @Test
  void append_wrongType_isRefusedByColumn() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" integer)");
    String type = database == Database.POSTGRESQL ? "int4" : "INTEGER";

    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("id * 0.5D AS id"), APPEND))
        .hasMessage(
            "column 'id' is double in the rows, but "
                + type
                + " in table '"
                + database.defaultSchema()
                + "."
                + table
                + "'. Cast it in the pipeline to a type"
                + " that fits.");
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("string(id) AS id"), APPEND))
        .hasMessageStartingWith("column 'id' is string in the rows");
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("id + 3000000000 AS id"), APPEND))
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.")
        .hasMessageContaining("3000000000");
  }

  @Test
  void append_typeThatCannotBeStored_namesColumnAndType() {
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("map(id, 'x') AS m"), APPEND))
        .hasMessage(
            "column 'm' has the type map<bigint,string>, which cannot be stored in "
                + (database == Database.POSTGRESQL ? "PostgreSQL" : "H2")
                + ". Leave it out, or store it as text, for example by to_json.");
    assertThatThrownBy(
            () ->
                connector.write(SPARK, numbers(0, 1).selectExpr("named_struct('a', id) s"), APPEND))
        .hasMessageStartingWith("column 's' has the type struct<a:bigint>, which cannot be stored");
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("NULL AS nothing"), APPEND))
        .hasMessageStartingWith("column 'nothing' has the type void, which cannot be stored")
        .hasMessageEndingWith("Cast it to the type that it should have.");
    assertThat(connector.exists(SPARK)).isFalse();
  }

  @Test
  void append_evolving_addsColumns() {
    connector.write(SPARK, numbers(0, 1), APPEND);

    connector.write(
        SPARK,
        numbers(1, 2).selectExpr("id", "'x' AS text"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(connector.read(SPARK).orderBy("id").collectAsList())
        .containsExactly(RowFactory.create(0L, null), RowFactory.create(1L, "x"));
  }

  @Test
  void append_columnTypes_decideWhatIsCreated() {
    JdbcConnector typed =
        new JdbcConnector(
            database.config("table", table, "columnTypes", java.util.Map.of("NAME", "varchar(3)")));

    typed.write(SPARK, rows("name STRING", RowFactory.create("abc")), APPEND);

    assertThatThrownBy(
            () -> typed.write(SPARK, rows("name STRING", RowFactory.create("abcd")), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.");
    assertThatThrownBy(
            () ->
                new JdbcConnector(
                        database.config(
                            "table", table + "x", "columnTypes", java.util.Map.of("nam", "text")))
                    .write(SPARK, rows("name STRING", RowFactory.create("abc")), APPEND))
        .hasMessage(
            "'columnTypes' names the column 'nam', which the rows do not have. Did you mean"
                + " 'name'?");
  }

  @Test
  void table_createExistsDrop_tellApart() {
    assertThat(connector.exists(SPARK)).isFalse();
    connector.create(SPARK, StructType.fromDDL("id BIGINT"));
    assertThat(connector.exists(SPARK)).isTrue();
    assertThatThrownBy(() -> connector.create(SPARK, StructType.fromDDL("id BIGINT")))
        .hasMessage(
            "table '"
                + database.defaultSchema()
                + "."
                + table
                + "' exists already. Drop it first,"
                + " or write to it.");
    WriteRequest request = APPEND.withToken(new CommitToken("r", table));
    connector.write(SPARK, numbers(0, 2), request);
    connector.drop(SPARK);
    assertThat(connector.exists(SPARK)).isFalse();
    assertThatThrownBy(() -> connector.drop(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("table '" + table + "' does not exist in schema");
    assertThat(connector.write(SPARK, numbers(0, 2), request)).isEqualTo(WriteResult.committed(2));
    connector.close();
    connector.close();
  }

  @Test
  void write_missingSchema_saysSo() {
    assertThatThrownBy(() -> database.table("elsewhere.t").write(SPARK, numbers(0, 1), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("schema 'elsewhere' of table 'elsewhere.t' does not exist.");
  }
}
