package io.standpipe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commit tokens of a stream's batches, of writes with a staging table and without one. */
class StreamTokenTest {
  private static final Database POSTGRESQL = Database.POSTGRESQL;

  private final String table = Database.newTable();
  private final JdbcConnector connector = POSTGRESQL.table(table);

  private WriteResult append(long batch, Dataset<Row> rows) {
    CommitToken token = new CommitToken("query", "stream", OptionalLong.of(batch));
    return connector.write(
        Sessions.SPARK, rows, WriteRequest.of(WriteMode.APPEND).withToken(token));
  }

  private List<String> tokens() {
    return POSTGRESQL.texts(
        "SELECT token FROM standpipe_commits WHERE target = '" + table + "' ORDER BY 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT id FROM range(3)", "SELECT DISTINCT id FROM range(3)"})
  void token_ofAnEarlyBatch_goesWithTheCommitThatOutlivesIt(String query) {
    Dataset<Row> rows = Sessions.SPARK.sql(query);
    append(0, rows);
    append(1, rows);
    append(99, rows);
    assertThat(tokens()).containsExactly("query/stream/0", "query/stream/1", "query/stream/99");

    append(100, rows);

    assertThat(tokens()).containsExactly("query/stream/1", "query/stream/100", "query/stream/99");
    assertThat(append(100, rows)).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(append(1, rows)).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
  }
}
