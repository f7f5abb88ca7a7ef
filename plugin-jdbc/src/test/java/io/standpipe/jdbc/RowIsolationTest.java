package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowIsolationTest {
  private static final Database POSTGRESQL = Database.POSTGRESQL;
  private static final int ROWS = 20_000;

  /** Each column has a default that the table accepts, and some ids bring what it refuses. */
  private static final String[] COLUMNS = {
    "id",
    "IF(id = 100, NULL, 'name') AS required",
    "IF(id = 5000, -1L, id) AS checked",
    "IF(id IN (7000, 7001), 1000000L, id) AS single",
    "IF(id = 9000, 99L, 1L) AS parent",
    "IF(id = 11000, 123456.5, 1.5) AS price",
    "IF(id = 12000, 4000000000L, 7L) AS small",
    "IF(id = 13000, concat('a', char(0)), 'plain') AS note",
    "IF(id = 14000, cast(X'ff' AS string), 'plain') AS encoded",
    "IF(id = 15000, 'sad', 'happy') AS mood",
    "IF(id = 16000, 'no uuid', '00000000-0000-0000-0000-000000000001') AS code",
    "IF(id = 17000, '{', '{\"a\": 1}') AS document",
    "IF(id = 18000, 'too long', 'abc') AS short"
  };

  private String table;
  private JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = POSTGRESQL.table(table);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(POSTGRESQL.stagingTables()).isEmpty();
  }

  private void createStrictTable() {
    POSTGRESQL.execute(
        "CREATE TABLE parent_" + table + " (id bigint PRIMARY KEY)",
        "INSERT INTO parent_" + table + " VALUES (1)",
        "CREATE TYPE mood_" + table + " AS ENUM ('happy')",
        "CREATE TABLE "
            + table
            + " (id bigint PRIMARY KEY, required text NOT NULL, checked bigint CHECK (checked >= 0),"
            + " single bigint UNIQUE, parent bigint REFERENCES parent_"
            + table
            + " DEFERRABLE INITIALLY DEFERRED, price numeric(5,1), small integer, note text,"
            + " encoded text, mood mood_"
            + table
            + ", code uuid, document jsonb, short varchar(3))");
  }

  private static Dataset<Row> rowsWithBadOnes() {
    return SPARK.range(0, ROWS, 1, 3).toDF("id").selectExpr(COLUMNS);
  }

  private long count() {
    return Long.parseLong(POSTGRESQL.texts("SELECT count(*) FROM \"" + table + "\"").get(0));
  }

  @Test
  void append_badRowsOfEveryKind_areSetAsideWithTheirErrors() {
    createStrictTable();
    WriteRequest request =
        WriteRequest.of(WriteMode.APPEND).withToken(new CommitToken("run", table));

    IsolatedRows write = IsolatedRows.write(connector, SPARK, rowsWithBadOnes(), request);
    assertThat(write.refused()).isEqualTo(12);
    assertThat(write.result()).isEqualTo(WriteResult.committed(ROWS - 12));
    assertThat(write.rows().schema().fieldNames())
        .containsExactly(
            "id",
            "required",
            "checked",
            "single",
            "parent",
            "price",
            "small",
            "note",
            "encoded",
            "mood",
            "code",
            "document",
            "short",
            RefusedRows.CODE,
            RefusedRows.MESSAGE);
    List<Row> refused = write.rows().orderBy("id").collectAsList();
    assertThat(refused)
        .extracting(row -> row.getLong(0), row -> row.<String>getAs(RefusedRows.CODE))
        .containsExactly(
            tuple(100L, "23502"),
            tuple(5000L, "23514"),
            tuple(7001L, "23505"),
            tuple(9000L, "23503"),
            tuple(11000L, "22003"),
            tuple(12000L, "22003"),
            tuple(13000L, "22021"),
            tuple(14000L, "22021"),
            tuple(15000L, "22P02"),
            tuple(16000L, "22P02"),
            tuple(17000L, "22P02"),
            tuple(18000L, "22001"));
    assertThat(refused.get(2).<String>getAs(RefusedRows.MESSAGE))
        .isEqualTo(
            "ERROR: duplicate key value violates unique constraint \""
                + table
                + "_single_key\" Detail: Key (single)=(1000000) already exists");
    assertThat(refused.get(6).<String>getAs("note")).isEqualTo("a\0");
    assertThat(write.rows().where("id = 14000 AND encoded = cast(X'ff' AS string)").count())
        .isOne();

    assertThat(count()).isEqualTo(ROWS - 12);
    assertThat(
            POSTGRESQL.texts(
                "SELECT row_count FROM standpipe_commits WHERE target = '" + table + "'"))
        .containsExactly(String.valueOf(ROWS - 12));
    IsolatedRows repeat = IsolatedRows.write(connector, SPARK, rowsWithBadOnes(), request);
    assertThat(repeat.result()).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(repeat.rows().count()).isZero();
  }

  @Test
  void append_onlyGoodRows_handsNothingOver() {
    IsolatedRows write =
        IsolatedRows.write(
            connector, SPARK, SPARK.range(100).toDF("id"), WriteRequest.of(WriteMode.APPEND));

    assertThat(POSTGRESQL.stagingTables()).isEmpty();
    assertThat(write.refused()).isZero();
    assertThat(write.rows().collectAsList()).isEmpty();
    assertThat(write.result()).isEqualTo(WriteResult.committed(100));
  }

  @Test
  void append_onlyBadRows_setsAllAside() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id bigint CHECK (id < 0))");

    IsolatedRows write =
        IsolatedRows.write(
            connector, SPARK, SPARK.range(300).toDF("id"), WriteRequest.of(WriteMode.APPEND));
    assertThat(write.refused()).isEqualTo(300);
    assertThat(write.result()).isEqualTo(WriteResult.committed(0));
    assertThat(write.rows().select("id").distinct().count()).isEqualTo(300);
    assertThat(count()).isZero();
  }

  /** More failed tries than the server of the tests has locks for open savepoints. */
  @Test
  void append_manyBadRowsHereAndThere_leavesNoSavepointOpenForEachFailure() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id bigint, amount bigint CHECK (amount >= 0))");
    Dataset<Row> rows =
        SPARK.range(0, ROWS, 1, 3).selectExpr("id", "IF(id % 10 = 3, -1L, id) AS amount");

    IsolatedRows write =
        IsolatedRows.write(connector, SPARK, rows, WriteRequest.of(WriteMode.APPEND));
    assertThat(write.refused()).isEqualTo(ROWS / 10);
    assertThat(count()).isEqualTo(ROWS - ROWS / 10);
  }

  @Test
  void upsert_rowsThatShareOrLackAKey_areAllSetAside() {
    connector.create(SPARK, StructType.fromDDL("id STRING, n INT"));
    POSTGRESQL.execute(
        "ALTER TABLE " + table + " ADD UNIQUE (id)", "INSERT INTO " + table + " VALUES ('a', 0)");
    Dataset<Row> rows =
        rows(
            "id STRING, n INT",
            RowFactory.create("a", 1),
            RowFactory.create("b", 2),
            RowFactory.create("c", 3),
            RowFactory.create("c", 4),
            RowFactory.create(null, 5));

    IsolatedRows write = IsolatedRows.write(connector, SPARK, rows, WriteRequest.upsert("id"));
    assertThat(write.result()).isEqualTo(WriteResult.committed(2));
    assertThat(write.rows().orderBy("n").collectAsList())
        .containsExactly(
            RowFactory.create("c", 3, "21000", "several rows have the same key \"id\""),
            RowFactory.create("c", 4, "21000", "several rows have the same key \"id\""),
            RowFactory.create(null, 5, "23502", "the row has NULL in its key \"id\""));
    assertThat(POSTGRESQL.texts("SELECT id || n FROM " + table + " ORDER BY 1"))
        .containsExactly("a1", "b2");
  }

  @Test
  void upsert_rowsThatOnlyTheTableFindsAlike_failsAndWritesNothing() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id uuid PRIMARY KEY, n integer)");
    Dataset<Row> rows =
        rows(
            "id STRING, n INT",
            RowFactory.create("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 1),
            RowFactory.create("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", 2));

    assertThatThrownBy(() -> IsolatedRows.write(connector, SPARK, rows, WriteRequest.upsert("id")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("cannot affect row a second time");
    assertThat(count()).isZero();
  }

  @Test
  void upsert_inASerializableSession_setsTheSameRowsAside() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id text UNIQUE, n integer)");
    POSTGRESQL.execute(
        "ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'");
    try {
      IsolatedRows write =
          IsolatedRows.write(
              // Connections that others have used keep the level that they were opened with.
              new JdbcConnector(POSTGRESQL.config("table", table, "pool", Map.of("size", 0))),
              SPARK,
              rows(
                  "id STRING, n INT",
                  RowFactory.create("a", 1),
                  RowFactory.create("c", 3),
                  RowFactory.create("c", 4),
                  RowFactory.create(null, 5)),
              WriteRequest.upsert("id"));
      assertThat(write.result()).isEqualTo(WriteResult.committed(1));
      assertThat(write.refused()).isEqualTo(3);
    } finally {
      POSTGRESQL.execute("ALTER DATABASE postgres RESET default_transaction_isolation");
    }
    assertThat(count()).isOne();
  }

  @Test
  void overwrite_badRow_replacesTheOthers() {
    POSTGRESQL.execute(
        "CREATE TABLE " + table + " (id bigint CHECK (id <> 7))",
        "INSERT INTO " + table + " VALUES (99)");

    IsolatedRows write =
        IsolatedRows.write(
            connector, SPARK, SPARK.range(10).toDF("id"), WriteRequest.of(WriteMode.OVERWRITE));
    assertThat(write.refused()).isOne();
    assertThat(count()).isEqualTo(9);
  }

  /** What {@link #trigger()} does with the row 5 before it is inserted. */
  private String function(String statement) {
    return "CREATE FUNCTION on_"
        + table
        + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 5 THEN "
        + statement
        + "; END IF; RETURN NEW; END $$";
  }

  private String trigger() {
    return "CREATE TRIGGER t BEFORE INSERT ON "
        + table
        + " FOR EACH ROW EXECUTE FUNCTION on_"
        + table
        + "()";
  }

  @Test
  void append_errorThatIsNotAboutARow_failsAndWritesNothing() {
    POSTGRESQL.execute(
        "CREATE TABLE " + table + " (id bigint CHECK (id <> 3))",
        function("RAISE EXCEPTION 'no' USING ERRCODE = '53100'"),
        trigger());

    assertThatThrownBy(
            () ->
                IsolatedRows.write(
                    connector,
                    SPARK,
                    SPARK.range(10).toDF("id"),
                    WriteRequest.of(WriteMode.APPEND)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot write to table '" + table + "': ERROR: no");
    assertThat(count()).isZero();
  }

  @Test
  void append_whoTakesTheRowsFails_nothingIsVisible() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id bigint CHECK (id <> 3))");
    WriteRequest request =
        WriteRequest.of(WriteMode.APPEND).withToken(new CommitToken("run", table));

    assertThatThrownBy(
            () ->
                connector.writeIsolating(
                    SPARK,
                    SPARK.range(10).toDF("id"),
                    request,
                    (rows, refused, sent) -> {
                      assertThat(rows.count()).isEqualTo(refused).isOne();
                      assertThat(sent).isEqualTo(10);
                      assertThat(count()).as("not committed yet").isZero();
                      throw new IllegalStateException("no place for them");
                    }))
        .hasMessageContaining("no place for them");
    assertThat(count()).isZero();

    assertThat(IsolatedRows.write(connector, SPARK, SPARK.range(10).toDF("id"), request).result())
        .isEqualTo(WriteResult.committed(9));
  }

  @Test
  void append_moreAreRefusedThanAllowed_theSearchEnds() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id bigint CHECK (id < 0))");
    AtomicLong handedOver = new AtomicLong();
    RefusedRows few =
        new RefusedRows() {
          @Override
          public void take(Dataset<Row> rows, long refused, long sent) {
            handedOver.set(rows.count());
            throw new IllegalStateException(refused + " of " + sent + " are too many");
          }

          @Override
          public long limit(long sent) {
            return sent / 1000;
          }
        };

    assertThatThrownBy(
            () ->
                connector.writeIsolating(
                    SPARK, SPARK.range(ROWS).toDF("id"), WriteRequest.of(WriteMode.APPEND), few))
        .hasMessageContaining("21 of 20000 are too many");
    assertThat(handedOver).hasValue(21);
    assertThat(count()).isZero();
  }

  @Test
  void append_whoTakesTheRowsWritesToTheSameDatabase_bothAreCommitted() {
    POSTGRESQL.execute("CREATE TABLE " + table + " (id bigint CHECK (id <> 3))");
    JdbcConnector other = POSTGRESQL.table(table + "_letters");
    CommitToken token = new CommitToken("run", table);
    WriteRequest request = WriteRequest.of(WriteMode.APPEND).withToken(token);

    WriteResult result =
        connector.writeIsolating(
            SPARK,
            SPARK.range(10).toDF("id"),
            request,
            (rows, refused, sent) -> other.write(SPARK, rows, request));

    assertThat(result).isEqualTo(WriteResult.committed(9));
    assertThat(other.read(SPARK).select("id").collectAsList())
        .containsExactly(RowFactory.create(3L));
  }

  @Test
  void overwrite_withReplaceWhere_isRefused() {
    assertThatThrownBy(
            () ->
                IsolatedRows.write(
                    connector,
                    SPARK,
                    SPARK.range(1).toDF("id"),
                    WriteRequest.of(WriteMode.OVERWRITE)
                        .replacing(Condition.column("id").atLeast(1))))
        .hasMessage(
            "rows cannot be set aside by an overwrite with replaceWhere. Write them without"
                + " isolation, or without replaceWhere.");
  }

  /** The server ends the connection as soon as it has said that the row is bad. */
  @Test
  void append_connectionIsLostAfterABadRow_isTransient() {
    POSTGRESQL.execute(
        "CREATE TABLE " + table + " (id bigint)",
        function("PERFORM pg_terminate_backend(pg_backend_pid()), 1 / (random() * 0)::int"),
        trigger());

    assertThatThrownBy(
            () ->
                IsolatedRows.write(
                    connector,
                    SPARK,
                    SPARK.range(10).toDF("id"),
                    WriteRequest.of(WriteMode.APPEND)))
        .satisfies(e -> assertThat(Verdicts.of(e)).isEqualTo(Verdict.TRANSIENT))
        .hasMessageMatching(
            "cannot write to table '" + table + "': .*(terminating|has been closed).*");
    assertThat(count()).isZero();
  }
}
