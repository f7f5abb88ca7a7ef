package io.standpipe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What readers of a PostgreSQL table see while it is overwritten. */
class OverwriteTest {
  private static final Database POSTGRESQL = Database.POSTGRESQL;

  private String table;

  @BeforeEach
  void tableWithAllThatDependsOnOne() {
    table = Database.newTable();
    POSTGRESQL.execute(
        "CREATE TABLE " + table + " (id bigint PRIMARY KEY CHECK (id < 100))",
        "INSERT INTO " + table + " VALUES (1), (2)",
        "CREATE VIEW view_" + table + " AS SELECT id FROM " + table,
        "CREATE INDEX index_" + table + " ON " + table + " ((id + 1))",
        "GRANT SELECT ON " + table + " TO PUBLIC");
  }

  /** Overwrites with 10, 11 and 12 and does something when the last row is asked for. */
  private WriteResult overwrite(String by, Runnable meanwhile) throws SQLException {
    JdbcConfig config = POSTGRESQL.config("table", table, "overwriteBy", by);
    ConnectionSettings settings = ConnectionSettings.of(config);
    WriteRequest request =
        WriteRequest.of(WriteMode.OVERWRITE).withToken(new CommitToken("run", table));
    try (Connection connection = settings.open()) {
      WritePlan plan =
          new TableWriter(config, settings, TableName.parse(table), Clock.systemUTC())
              .plan(connection, StructType.fromDDL("id BIGINT"), request, ZoneOffset.UTC);
      return new DirectWriter(settings, connection, plan)
          .write(
              task -> {
                List<Long> committed = new ArrayList<>();
                task.call(rows(meanwhile)).forEachRemaining(committed::add);
                return committed;
              });
    }
  }

  private static Iterator<InternalRow> rows(Runnable meanwhile) {
    return LongStream.range(10, 13)
        .<InternalRow>mapToObj(
            id -> {
              if (id == 12) {
                meanwhile.run();
              }
              return new GenericInternalRow(new Object[] {id});
            })
        .iterator();
  }

  private List<String> seen(String... before) {
    try (Connection connection = POSTGRESQL.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : before) {
        statement.execute(sql);
      }
      return ids(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> ids(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT id FROM view_" + table + " ORDER BY id")) {
      List<String> ids = new ArrayList<>();
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
      return ids;
    }
  }

  @Test
  void byDelete_readers_seeTheOldRowsAtOnceUntilTheCommit() throws Exception {
    List<List<String>> meanwhile = new ArrayList<>();

    assertThat(overwrite("delete", () -> meanwhile.add(seen("SET lock_timeout = '2s'"))))
        .isEqualTo(WriteResult.committed(3));

    assertThat(meanwhile).containsExactly(List.of("1", "2"));
    assertThat(seen()).containsExactly("10", "11", "12");
  }

  @Test
  void byDelete_transactionThatBeganBefore_keepsItsRows() throws Exception {
    try (Connection reader = POSTGRESQL.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.execute("SELECT 1");
      overwrite("delete", () -> {});

      assertThat(ids(statement)).containsExactly("1", "2");
    }
  }

  @Test
  void byTruncate_readers_waitAndThenSeeTheNewRows() throws Exception {
    overwrite(
        "truncate",
        () ->
            assertThatThrownBy(() -> seen("SET lock_timeout = '100ms'"))
                .hasMessageContaining("canceling statement due to lock timeout"));

    assertThat(seen()).containsExactly("10", "11", "12");
  }

  @Test
  void either_whatDependsOnTheTable_stays() throws Exception {
    for (String by : List.of("delete", "truncate")) {
      overwrite(by, () -> {});
      POSTGRESQL.execute("DELETE FROM standpipe_commits WHERE target = '" + table + "'");

      assertThat(
              POSTGRESQL.texts(
                  "SELECT (SELECT count(*) FROM pg_index WHERE indrelid = c.oid) || ' '"
                      + " || (SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid) || ' '"
                      + " || array_to_string(relacl, ' ')"
                      + " FROM pg_class c WHERE relname = '"
                      + table
                      + "'"))
          .containsExactly("2 2 loader=arwdDxt/loader =r/loader");
    }
  }
}
