package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sorted;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a commit token is found, and what looking for it costs. */
class DeltaTokenTest extends DeltaTableFixture {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String NO_TRANSACTIONS_IN_CHECKSUM =
      "spark.databricks.delta.setTransactionsInCrc.writeOnCommit";
  private static final String NO_CHECKSUM = "spark.databricks.delta.writeChecksumFile.enabled";

  @Test
  void append_tokenIntoExistingTable_leavesTheStateOfTheTableAlone() {
    table.write(session, row(0), APPEND);
    Snapshot before = snapshot();

    table.write(session, row(1), token("run-1"));
    table.write(session, row(1), token("run-1"));

    assertThat(before.stateReconstructionTriggered()).isFalse();
    assertThat(snapshot().stateReconstructionTriggered()).isFalse();
    assertThat(sorted(table.read(session))).containsExactly("[0]", "[1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {NO_TRANSACTIONS_IN_CHECKSUM, NO_CHECKSUM})
  void append_tokenThatNoChecksumTells_isFoundInTheLogAndInACheckpoint(String switchedOff) {
    SparkSession own = session.cloneSession();
    own.conf().set(switchedOff, "false");
    DeltaConnector checkpointed = withProperty("delta.checkpointInterval", "3");
    for (String run : List.of("run-0", "run-1", "run-2")) {
      checkpointed.write(own, row(own, 0), token(run));
      assertThat(checkpointed.write(own, row(own, 0), token(run)))
          .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    }
    checkpointed.write(own, row(own, 0), APPEND);
    assertThat(path.resolve("_delta_log/00000000000000000003.checkpoint.parquet")).exists();
    DeltaLog.clearCache();

    assertThat(checkpointed.write(own, row(own, 9), token("run-1")))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(checkpointed.write(own, row(own, 0), token("run-4")))
        .isEqualTo(WriteResult.committed(1).withVersion("4"));
    assertThat(table.read(session).distinct().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"interval 0 seconds", "interval 1 day"})
  void append_tokenOfATableThatForgetsThem_writesAgainAfterTheRetention(String retention) {
    DeltaConnector forgetful = withProperty("delta.setTransactionRetentionDuration", retention);
    forgetful.write(session, row(0), APPEND);
    forgetful.write(session, row(1), token("run-1"));

    WriteResult again = forgetful.write(session, row(1), token("run-1"));

    assertThat(again.outcome())
        .isEqualTo(
            retention.equals("interval 1 day") ? Outcome.ALREADY_COMMITTED : Outcome.COMMITTED);
  }

  @Test
  void append_tableThatSomebodyCached_isSeenByTheirNextRead() {
    table.write(session, row(0), APPEND);
    Dataset<Row> cached = table.read(session).cache();
    assertThat(cached.count()).isEqualTo(1);

    table.write(session, row(1), APPEND);

    assertThat(table.read(session).count()).isEqualTo(2);
    cached.unpersist();
  }

  private DeltaConnector withProperty(String name, String value) {
    return new DeltaConnector(Configs.withProperties(path, Map.of(name, value)));
  }

  private Snapshot snapshot() {
    return DeltaLog.forTable(session, path.toString()).unsafeVolatileSnapshot();
  }

  private static WriteRequest token(String run) {
    return APPEND.withToken(new CommitToken(run, "load"));
  }

  private Dataset<Row> row(long id) {
    return row(session, id);
  }

  private static Dataset<Row> row(SparkSession session, long id) {
    return session.sql("select " + id + "L as id");
  }
}
