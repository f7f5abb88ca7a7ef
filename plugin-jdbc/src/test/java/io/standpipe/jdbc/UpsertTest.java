package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class UpsertTest extends DatabaseTest {
  private static final String DDL = "a INT, b STRING, v STRING";

  private String name;

  @BeforeEach
  void nameTable() {
    name = database.defaultSchema() + "." + table;
  }

  private List<Row> all() {
    return connector.read(SPARK).collectAsList();
  }

  @Test
  void upsert_compositeKey_insertsAndUpdates() {
    WriteRequest request = WriteRequest.upsert("a", "b");

    WriteResult first =
        connector.upsert(
            SPARK,
            rows(DDL, RowFactory.create(1, "x", "old"), RowFactory.create(1, "y", "old")),
            request);
    WriteResult second =
        connector.upsert(
            SPARK,
            rows(
                "v STRING, b STRING, A INT",
                RowFactory.create("new", "y", 1),
                RowFactory.create("new", "y", 2)),
            WriteRequest.upsert("B", "a"));

    assertThat(first).isEqualTo(WriteResult.committed(2));
    assertThat(second).isEqualTo(WriteResult.committed(2));
    assertThat(all())
        .containsExactlyInAnyOrder(
            RowFactory.create(1, "x", "old"),
            RowFactory.create(1, "y", "new"),
            RowFactory.create(2, "y", "new"));
  }

  @Test
  void upsert_repeated_hasTheEffectOfOne() {
    Dataset<Row> rows = rows(DDL, RowFactory.create(1, "x", "v"), RowFactory.create(2, "x", null));

    connector.upsert(SPARK, rows, WriteRequest.upsert("a", "b"));
    connector.upsert(SPARK, rows, WriteRequest.upsert("a", "b"));

    assertThat(all()).containsExactlyInAnyOrderElementsOf(rows.collectAsList());
    WriteRequest token = WriteRequest.upsert("a", "b").withToken(new CommitToken("r", table));
    assertThat(connector.upsert(SPARK, rows, token).outcome())
        .isEqualTo(WriteResult.Outcome.COMMITTED);
    assertThat(connector.upsert(SPARK, rows, token).outcome())
        .isEqualTo(WriteResult.Outcome.ALREADY_COMMITTED);
  }

  @Test
  void upsert_onlyKeyColumns_insertsWhatIsNew() {
    WriteRequest request = WriteRequest.upsert("a");
    connector.upsert(SPARK, rows("a INT", RowFactory.create(1)), request);
    connector.upsert(SPARK, rows("a INT", RowFactory.create(1), RowFactory.create(2)), request);

    assertThat(all()).containsExactlyInAnyOrder(RowFactory.create(1), RowFactory.create(2));
  }

  @Test
  void upsert_someColumns_leavesTheOthers() {
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"a\" integer PRIMARY KEY, \"v\" varchar(9), \"w\" varchar(9)"
            + " DEFAULT 'w')",
        "INSERT INTO \"" + table + "\" VALUES (1, 'old', 'kept')");

    connector.upsert(
        SPARK,
        rows("a INT, v STRING", RowFactory.create(1, "new"), RowFactory.create(2, "new")),
        WriteRequest.upsert("a"));

    assertThat(all())
        .containsExactlyInAnyOrder(
            RowFactory.create(1, "new", "kept"), RowFactory.create(2, "new", "w"));
  }

  @Test
  void upsert_duplicateOrNullKeys_areRefusedAsData() {
    connector.upsert(
        SPARK, rows(DDL, RowFactory.create(1, "x", "v")), WriteRequest.upsert("a", "b"));

    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK,
                    rows(DDL, RowFactory.create(7, "x", "1"), RowFactory.create(7, "x", "2")),
                    WriteRequest.upsert("a", "b")))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessage(
            "several rows for table '"
                + name
                + "' have the key a=7, b=x. Reduce them to one row"
                + " per key before the upsert.");
    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK,
                    rows(DDL, RowFactory.create(7, null, "1")),
                    WriteRequest.upsert("a", "b")))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessage(
            "a row for table '"
                + name
                + "' has NULL in its key a=7, b=null. Give every row a"
                + " key.");
    assertThat(all()).containsExactly(RowFactory.create(1, "x", "v"));
  }

  @Test
  void upsert_tableWithoutUniqueKey_saysWhatToRun() {
    connector.write(
        SPARK, rows(DDL, RowFactory.create(1, "x", "v")), WriteRequest.of(WriteMode.APPEND));

    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK,
                    rows(DDL, RowFactory.create(1, "x", "w")),
                    WriteRequest.upsert("a", "b")))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "table '"
                + name
                + "' has no primary key or unique constraint on (\"a\", \"b\"). Run:"
                + " ALTER TABLE \""
                + database.defaultSchema()
                + "\".\""
                + table
                + "\" ADD UNIQUE"
                + " (\"a\", \"b\")");
    database.execute(
        "ALTER TABLE \""
            + database.defaultSchema()
            + "\".\""
            + table
            + "\" ADD UNIQUE (\"a\", \"b\")");
    connector.upsert(
        SPARK, rows(DDL, RowFactory.create(1, "x", "w")), WriteRequest.upsert("a", "b"));
    assertThat(all()).containsExactly(RowFactory.create(1, "x", "w"));
  }

  @Test
  void upsert_unknownKey_isRefusedWithASuggestion() {
    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK, rows("code INT", RowFactory.create(1)), WriteRequest.upsert("cod")))
        .hasMessage("key 'cod' is not a column. Did you mean 'code'?");
  }

  @Test
  void upsert_onConflictIgnore_keepsWhatIsThere() {
    connector = new JdbcConnector(database.config("table", table, "onConflict", "ignore"));
    connector.upsert(
        SPARK, rows("id BIGINT, n INT", RowFactory.create(1L, 1)), WriteRequest.upsert("id"));

    WriteResult result =
        connector.upsert(
            SPARK,
            rows("id BIGINT, n INT", RowFactory.create(1L, 10), RowFactory.create(2L, 20)),
            WriteRequest.upsert("id"));

    assertThat(result).isEqualTo(WriteResult.committed(1));
    assertThat(connector.read(SPARK).orderBy("id").collectAsList())
        .containsExactly(RowFactory.create(1L, 1), RowFactory.create(2L, 20));
    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK,
                    rows("id BIGINT, n INT", RowFactory.create(3L, 1), RowFactory.create(3L, 2)),
                    WriteRequest.upsert("id")))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessageContaining("have the key id=3");
  }

  @Test
  void upsertIsolating_otherUniqueConstraint_setsTheRowAside() {
    database.execute(
        "CREATE TABLE \"" + table + "\" (\"a\" integer PRIMARY KEY, \"v\" varchar(9) UNIQUE)",
        "INSERT INTO \"" + table + "\" VALUES (1, 'taken')");

    IsolatedRows write =
        IsolatedRows.write(
            connector,
            SPARK,
            rows("a INT, v STRING", RowFactory.create(2, "taken"), RowFactory.create(3, "free")),
            WriteRequest.upsert("a"));
    assertThat(write.result()).isEqualTo(WriteResult.committed(1));
    assertThat(write.rows().select("a", RefusedRows.CODE).collectAsList())
        .containsExactly(RowFactory.create(2, "23505"));
    assertThat(all())
        .containsExactlyInAnyOrder(RowFactory.create(1, "taken"), RowFactory.create(3, "free"));
  }

  @Test
  void upsert_concurrentWriters_leaveOneRowPerKey() throws Exception {
    connector.upsert(SPARK, rows("a INT, v STRING"), WriteRequest.upsert("a"));
    ExecutorService pool = Executors.newFixedThreadPool(3);
    List<Future<WriteResult>> futures = new ArrayList<>();
    for (int writer = 0; writer < 3; writer++) {
      String value = "writer " + writer;
      Dataset<Row> mine =
          SPARK.range(0, 200).selectExpr("int(id) AS a", "'" + value + "' AS v").orderBy("v");
      futures.add(
          pool.submit(() -> database.table(table).upsert(SPARK, mine, WriteRequest.upsert("a"))));
    }
    int conflicts = 0;
    for (Future<WriteResult> future : futures) {
      try {
        future.get();
      } catch (java.util.concurrent.ExecutionException e) {
        // Only a conflict may stop a writer, and it is known as one.
        assertThat(new JdbcFactory().errorClassifier().classify(e.getCause().getCause()))
            .as(e.getCause().getMessage())
            .hasValueSatisfying(
                rule ->
                    assertThat(rule.verdict())
                        .isIn(
                            io.standpipe.spi.Verdict.CONFLICT, io.standpipe.spi.Verdict.TRANSIENT));
        conflicts++;
      }
    }
    pool.shutdownNow();

    assertThat(conflicts).isLessThan(database == Database.POSTGRESQL ? 1 : 3);
    assertThat(connector.read(SPARK).groupBy("v").count().collectAsList()).hasSize(1);
    assertThat(all()).hasSize(200);
  }
}
