package io.standpipe.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Loads by PostgreSQL's COPY, as one statement: in its binary format if every column has one that
 * we can write, else in its text format, in which the server converts the values.
 */
record CopyLoader() implements StageLoader {

  @Override
  public Load start(Connection connection, Stage stage, OptionalLong attempt) throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class)) {
      throw new SQLException(
          "connection " + connection.getClass().getName() + " does not offer PostgreSQL's COPY",
          "0A000");
    }
    List<String> names = typeNames(connection, stage);
    Optional<List<BinaryField>> fields = fields(stage.types(), names);
    String sql =
        "COPY "
            + stage.table()
            + " ("
            + (attempt.isPresent() ? TableId.quote(Staging.ATTEMPT) + ", " : "")
            + TableId.quoteAll(stage.columns())
            + ") FROM STDIN"
            + (fields.isPresent() ? " (FORMAT binary)" : "");
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    return fields
        .<Load>map(list -> new BinaryCopy(copy, list, attempt))
        .orElseGet(() -> new TextCopy(copy, stage.types(), names, attempt));
  }

  /** The database's names of the columns' types. */
  private static List<String> typeNames(Connection connection, Stage stage) throws SQLException {
    String sql =
        "SELECT " + TableId.quoteAll(stage.columns()) + " FROM " + stage.table() + " LIMIT 0";
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery(sql)) {
      ResultSetMetaData meta = none.getMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        names.add(meta.getColumnTypeName(i));
      }
      return names;
    }
  }

  private static Optional<List<BinaryField>> fields(List<DataType> types, List<String> names) {
    List<BinaryField> fields = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      BinaryField.of(types.get(i), names.get(i)).ifPresent(fields::add);
    }
    return fields.size() == types.size() ? Optional.of(fields) : Optional.empty();
  }

  /** Rows on their way through one COPY statement. */
  private abstract static class Copy implements Load {
    static final int BUFFER = 64 * 1024;

    final CopyIn copy;

    Copy(CopyIn copy) {
      this.copy = copy;
    }

    @Override
    public void close() throws SQLException {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static final class BinaryCopy extends Copy {
    private final BinaryField[] fields;

    /** What every row begins with: the number of its fields, and the attempt if there is one. */
    private final byte[] start;

    private final BinaryBuffer buffer = new BinaryBuffer(BUFFER + 8 * 1024);

    BinaryCopy(CopyIn copy, List<BinaryField> fields, OptionalLong attempt) {
      super(copy);
      this.fields = fields.toArray(BinaryField[]::new);
      BinaryBuffer head = new BinaryBuffer(16);
      head.putShort(fields.size() + (attempt.isPresent() ? 1 : 0));
      attempt.ifPresent(
          value -> {
            head.putInt(Long.BYTES);
            head.putLong(value);
          });
      this.start = Arrays.copyOf(head.bytes(), head.length());
      buffer.putBytes(BinaryFormat.HEAD);
    }

    @Override
    public void add(InternalRow row) throws SQLException {
      buffer.putBytes(start);
      for (int i = 0; i < fields.length; i++) {
        if (row.isNullAt(i)) {
          buffer.putInt(BinaryFormat.NULL);
        } else {
          fields[i].put(buffer, row, i);
        }
      }
      if (buffer.length() >= BUFFER) {
        flush();
      }
    }

    @Override
    public void finish() throws SQLException {
      buffer.putShort(BinaryFormat.END);
      flush();
      copy.endCopy();
    }

    private void flush() throws SQLException {
      copy.writeToCopy(buffer.bytes(), 0, buffer.length());
      buffer.clear();
    }
  }

  private static final class TextCopy extends Copy {
    private final List<DataType> types;

    /** The columns whose texts go into columns of bytes. */
    private final int[] bytesOfText;

    private final String start;
    private final StringBuilder buffer = new StringBuilder(BUFFER + 1024);

    TextCopy(CopyIn copy, List<DataType> types, List<String> names, OptionalLong attempt) {
      super(copy);
      this.types = types;
      this.bytesOfText =
          IntStream.range(0, types.size())
              .filter(i -> types.get(i) instanceof StringType && names.get(i).equals("bytea"))
              .toArray();
      this.start = attempt.isPresent() ? attempt.getAsLong() + "\t" : "";
    }

    @Override
    public void add(InternalRow row) throws SQLException {
      String separator = start;
      Object[] values = InternalValues.of(row, types);
      for (int i : bytesOfText) {
        values[i] = row.isNullAt(i) ? null : row.getUTF8String(i).getBytes();
      }
      for (Object value : values) {
        CopyText.append(buffer.append(separator), value);
        separator = "\t";
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
  }
}
