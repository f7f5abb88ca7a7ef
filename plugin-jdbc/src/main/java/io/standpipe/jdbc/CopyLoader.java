package io.standpipe.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Loads by PostgreSQL's COPY in its text format, as one statement. */
record CopyLoader() implements StageLoader {

  @Override
  public Load start(Connection connection, String table, List<String> columns, long attempt)
      throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class)) {
      throw new SQLException(
          "connection " + connection.getClass().getName() + " does not offer PostgreSQL's COPY",
          "0A000");
    }
    String sql =
        "COPY "
            + table
            + " ("
            + TableId.quote(Staging.ATTEMPT)
            + ", "
            + TableId.quoteAll(columns)
            + ") FROM STDIN";
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    return new Copying(copy, attempt);
  }

  private static final class Copying implements Load {
    private static final int BUFFER = 64 * 1024;

    private final CopyIn copy;
    private final String attempt;
    private final StringBuilder buffer = new StringBuilder(BUFFER + 1024);

    Copying(CopyIn copy, long attempt) {
      this.copy = copy;
      this.attempt = String.valueOf(attempt);
    }

    @Override
    public void add(Object[] values) throws SQLException {
      buffer.append(attempt);
      for (Object value : values) {
        CopyText.append(buffer.append('\t'), value);
      }
      buffer.append('\n');
      if (buffer.length() >= BUFFER) {
        flush();
      }
    }

    @Override
    public void finish() throws SQLException {
      flush();
      copy.endCopy();
    }

    private void flush() throws SQLException {
      byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
      copy.writeToCopy(bytes, 0, bytes.length);
      buffer.setLength(0);
    }

    @Override
    public void close() throws SQLException {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }
}
