package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * Loads by batched INSERT statements in one transaction.
 *
 * @param batchSize rows per round trip
 */
record BatchLoader(int batchSize) implements StageLoader {

  @Override
  public Load start(Connection connection, Stage stage, OptionalLong attempt) throws SQLException {
    String sql =
        "INSERT INTO "
            + stage.table()
            + " ("
            + TableId.quote(Staging.ATTEMPT)
            + ", "
            + TableId.quoteAll(stage.columns())
            + ") VALUES (?"
            + String.join("", Collections.nCopies(stage.columns().size(), ", ?"))
            + ")";
    connection.setAutoCommit(false);
    return new Batches(
        connection,
        connection.prepareStatement(sql),
        stage.types(),
        attempt.orElseThrow(),
        batchSize);
  }

  private static final class Batches implements Load {
    private final Connection connection;
    private final PreparedStatement statement;
    private final List<DataType> types;
    private final long attempt;
    private final int batchSize;
    private int waiting;
    private boolean finished;

    Batches(
        Connection connection,
        PreparedStatement statement,
        List<DataType> types,
        long attempt,
        int batchSize) {
      this.connection = connection;
      this.statement = statement;
      this.types = types;
      this.attempt = attempt;
      this.batchSize = batchSize;
    }

    @Override
    public void add(InternalRow row) throws SQLException {
      Object[] values = InternalValues.of(row, types);
      statement.setLong(1, attempt);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 2, values[i]);
      }
      statement.addBatch();
      if (++waiting == batchSize) {
        flush();
      }
    }

    @Override
    public void finish() throws SQLException {
      flush();
      connection.commit();
      finished = true;
    }

    private void flush() throws SQLException {
      if (waiting > 0) {
        statement.executeBatch();
        waiting = 0;
      }
    }

    @Override
    public void close() throws SQLException {
      try (statement) {
        if (!finished) {
          connection.rollback();
        }
      }
    }
  }
}
