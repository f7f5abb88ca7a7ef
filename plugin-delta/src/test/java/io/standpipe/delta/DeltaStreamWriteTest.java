package io.standpipe.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Writes whose tokens are those of a stream's batches. */
class DeltaStreamWriteTest extends DeltaTableFixture {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest UPSERT = WriteRequest.upsert("id");

  private WriteResult append(long batch, long id) {
    return table.write(session, row(id), APPEND.withToken(token("query", batch)));
  }

  private WriteResult upsert(long batch, long id) {
    return table.upsert(session, row(id), UPSERT.withToken(token("query", batch)));
  }

  private static CommitToken token(String query, long batch) {
    return new CommitToken(query, "stream", OptionalLong.of(batch));
  }

  private Dataset<Row> row(long id) {
    return session.sql("select " + id + "L as id");
  }

  private List<Long> ids() {
    return table.read(session).sort("id").as(Encoders.LONG()).collectAsList();
  }

  @Test
  void batches_ofAQuery_areVersionsOfOneTransactionId() {
    assertThat(append(0, 10).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(append(1, 11).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(upsert(2, 12).outcome()).isEqualTo(Outcome.COMMITTED);
    table.write(session, row(13), APPEND.withToken(token("other", 0)));
    table.write(session, row(14), APPEND.withToken(new CommitToken("query", "stream")));

    assertThat(ids()).containsExactly(10L, 11L, 12L, 13L, 14L);
    assertThat(
            session
                .read()
                .json(path + "/_delta_log/*.json")
                .where("txn IS NOT NULL")
                .selectExpr("concat_ws(' ', txn.appId, txn.version)")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactlyInAnyOrder(
            "stream query/stream 0",
            "stream query/stream 1",
            "stream query/stream 2",
            "stream other/stream 0",
            "query/stream 1");
  }

  @Test
  void batch_repeatedWithItsTokenOrAfterALaterOne_changesNothing() {
    append(0, 10);
    append(1, 11);
    upsert(2, 12);

    for (long batch : List.of(0L, 1L, 2L)) {
      assertThat(append(batch, 99)).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
      assertThat(upsert(batch, 99)).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    }

    assertThat(ids()).containsExactly(10L, 11L, 12L);
    assertThat(append(3, 13)).isEqualTo(WriteResult.committed(1).withVersion("3"));
  }

  @Test
  void batch_writtenTwiceAtTheSameTime_isCommittedOnce() {
    append(0, 10);

    List<CompletableFuture<WriteResult>> both =
        IntStream.range(0, 2)
            .mapToObj(number -> CompletableFuture.supplyAsync(() -> append(1, 11)))
            .toList();

    assertThat(both)
        .extracting(write -> write.join().outcome())
        .containsExactlyInAnyOrder(Outcome.COMMITTED, Outcome.ALREADY_COMMITTED);
    assertThat(ids()).containsExactly(10L, 11L);
  }
}
