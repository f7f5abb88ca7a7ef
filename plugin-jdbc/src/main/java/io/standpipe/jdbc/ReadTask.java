package io.standpipe.jdbc;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * What all tasks of a read have in common.
 *
 * @param what is read, for messages
 * @param snapshot the state of the database that all of them see; empty if each sees its own
 */
record ReadTask(
    ConnectionSettings settings,
    String what,
    List<ReadColumn.Field> fields,
    int fetchSize,
    String snapshot)
    implements PartitionReaderFactory {

  ReadTask {
    fields = List.copyOf(fields);
  }

  ReadTask withSnapshot(String id) {
    return new ReadTask(settings, what, fields, fetchSize, id);
  }

  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return settings.dialect().reading().isColumnar();
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    return new CopyReader(this, (ReadPartition) partition);
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    return new ResultReader(this, (ReadPartition) partition);
  }
}
