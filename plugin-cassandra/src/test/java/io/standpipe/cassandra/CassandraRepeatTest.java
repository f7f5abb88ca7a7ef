package io.standpipe.cassandra;

import static io.standpipe.cassandra.Fixture.cql;
import static io.standpipe.cassandra.Fixture.session;
import static io.standpipe.cassandra.Fixture.sorted;
import static io.standpipe.cassandra.Fixture.sql;
import static io.standpipe.cassandra.Fixture.storage;
import static io.standpipe.cassandra.Fixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Appends that are repeated, and those that must not be. */
class CassandraRepeatTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String ITEMS = "id bigint PRIMARY KEY, name text, price double";

  private static Dataset<Row> item(long id, String name) {
    return sql("SELECT " + id + "L AS id, '" + name + "' AS name");
  }

  private static List<String> rows(Configs storage) {
    return sorted(storage.connector().read(session()));
  }

  @Test
  void append_repeatedWithItsToken_changesNothingWhereTokensAreKept() {
    Configs items = storage(table(ITEMS)).with("commitTable", "standpipe_commits");
    SupportsIdempotentAppend connector = (SupportsIdempotentAppend) items.connector();
    WriteRequest request = APPEND.withToken(new CommitToken("run", items.build().table()));
    assertThat(connector.write(session(), item(1, "a"), request))
        .isEqualTo(WriteResult.committed(1));
    assertThat(connector.write(session(), item(1, "b"), request).outcome())
        .isEqualTo(WriteResult.Outcome.ALREADY_COMMITTED);
    assertThat(rows(items)).containsExactly("[1,a,null]");
    Configs others = storage(table(ITEMS)).with("commitTable", "standpipe_commits");
    assertThat(others.connector().write(session(), item(1, "c"), request).outcome())
        .as("the token of another table")
        .isEqualTo(WriteResult.Outcome.COMMITTED);
    assertThat(items.connector().write(session(), item(1, "d"), APPEND).outcome())
        .isEqualTo(WriteResult.Outcome.COMMITTED);
    assertThat(storage("x").connector()).isNotInstanceOf(SupportsIdempotentAppend.class);
  }

  @Test
  void append_ofABatchOfAStream_forgetsTheTokenThatItOutlives() {
    Configs items = storage(table(ITEMS)).with("commitTable", "standpipe_commits");
    for (long batch : List.of(0L, 1L, 100L)) {
      items.connector().write(session(), item(batch, "a"), APPEND.withToken(batch(batch)));
    }
    assertThat(List.of(1L, 100L, 0L))
        .extracting(
            batch ->
                items
                    .connector()
                    .write(session(), item(batch, "b"), APPEND.withToken(batch(batch)))
                    .outcome())
        .containsExactly(
            WriteResult.Outcome.ALREADY_COMMITTED,
            WriteResult.Outcome.ALREADY_COMMITTED,
            WriteResult.Outcome.COMMITTED);
  }

  private static CommitToken batch(long number) {
    return new CommitToken("query", "stream", OptionalLong.of(number));
  }

  @Test
  void append_thatFails_leavesNoToken() {
    Configs items = storage(table(ITEMS)).with("commitTable", "standpipe_commits");
    WriteRequest request = APPEND.withToken(new CommitToken("run", items.build().table()));
    Dataset<Row> broken = sql("SELECT id, raise_error('no') AS name FROM range(1)");
    assertThatThrownBy(() -> items.connector().write(session(), broken, request)).isNotNull();
    assertThat(items.connector().write(session(), item(1, "a"), request).outcome())
        .isEqualTo(WriteResult.Outcome.COMMITTED);
  }

  @Test
  void counters_appended_areRaised_butInNoWayThatMayRepeat() {
    String table = table("id bigint PRIMARY KEY, hits counter");
    cql("UPDATE test." + table + " SET hits = hits + 3 WHERE id = 1");
    assertThat(rows(storage(table))).containsExactly("[1,3]");
    CassandraTableConnector counters = storage(table).connector();
    String message =
        "cannot write to Cassandra table 'test."
            + table
            + "': its column 'hits' is a counter, and a repeated write would count twice. Use mode"
            + " append without the option commitTable, which adds to the counters.";
    Dataset<Row> rows = sql("SELECT 1L AS id, 4L AS hits UNION ALL SELECT 2L, -1L");
    assertThat(counters.write(session(), rows, APPEND)).isEqualTo(WriteResult.committed(2));
    assertThat(rows(storage(table))).containsExactly("[1,7]", "[2,-1]");
    assertThatThrownBy(
            () ->
                storage(table)
                    .with("commitTable", "standpipe_commits")
                    .connector()
                    .write(session(), rows, APPEND))
        .hasMessage(message);
    assertThatThrownBy(() -> counters.upsert(session(), rows, WriteRequest.upsert("id")))
        .hasMessage(message);
    assertThatThrownBy(() -> counters.delete(session(), rows, WriteRequest.delete("id")))
        .hasMessage(message);
  }
}
