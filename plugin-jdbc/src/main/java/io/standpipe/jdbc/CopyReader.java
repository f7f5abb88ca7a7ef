package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads by PostgreSQL's COPY in its binary format, straight into Spark's columns. */
final class CopyReader extends PartReader<ColumnarBatch> {
  /** Rows of a batch, unless they are large. */
  private static final int ROWS = 4096;

  /** Size from which a batch takes no further row. */
  private static final int BYTES = 4 << 20;

  private final ReadTask task;
  private final BinaryColumn[] columns;
  private final OnHeapColumnVector[] vectors;
  private final ColumnarBatch batch;
  private CopyOut copy;
  private boolean started;

  CopyReader(ReadTask task, ReadPartition part) {
    super(task, part);
    this.task = task;
    this.columns =
        task.fields().stream()
            .map(field -> BinaryColumn.of(field.wire(), field.type()))
            .toArray(BinaryColumn[]::new);
    this.vectors =
        task.fields().stream()
            .map(field -> new OnHeapColumnVector(ROWS, field.type()))
            .toArray(OnHeapColumnVector[]::new);
    this.batch = new ColumnarBatch(vectors.clone());
  }

  @Override
  void start(Connection opened, String sql) throws SQLException {
    if (!opened.isWrapperFor(PGConnection.class)) {
      throw new SQLException(
          "connection " + opened.getClass().getName() + " does not offer PostgreSQL's COPY",
          "0A000");
    }
    copy =
        opened
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)");
  }

  @Override
  boolean advance() throws SQLException {
    for (OnHeapColumnVector vector : vectors) {
      vector.reset();
    }
    int rows = 0;
    int size = 0;
    while (rows < ROWS && size < BYTES) {
      byte[] message = copy.isActive() ? copy.readFromCopy() : null;
      if (message == null) {
        break;
      }
      // A message is a row; before the first one stands the head of the format.
      int position = started ? 0 : BinaryFormat.HEAD.length;
      started = true;
      if (position < message.length
          && BinaryFormat.getShort(message, position) != BinaryFormat.END) {
        read(message, position + Short.BYTES, rows++);
        size += message.length;
      }
    }
    batch.setNumRows(rows);
    return rows > 0;
  }

  private void read(byte[] message, int first, int row) throws SQLException {
    int position = first;
    for (int i = 0; i < columns.length; i++) {
      int length = BinaryFormat.getInt(message, position);
      position += Integer.BYTES;
      if (length == BinaryFormat.NULL) {
        vectors[i].putNull(row);
      } else {
        try {
          columns[i].read(message, position, length, vectors[i], row);
        } catch (UnreadableValueException e) {
          throw new UnreadableValueException(
              "column '" + task.fields().get(i).name() + "' holds " + e.getMessage());
        }
        position += length;
      }
    }
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  void cancel(Connection opened) throws SQLException {
    opened.unwrap(PGConnection.class).cancelQuery();
  }

  @Override
  void finish() throws SQLException {
    for (ColumnVector vector : vectors) {
      vector.close();
    }
    if (copy != null && copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
