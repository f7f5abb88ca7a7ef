package io.standpipe.dynamodb;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads a slice: the items of its {@link Pages} as rows. */
final class PageReader implements PartitionReader<InternalRow> {
  private static final InternalRow NO_COLUMNS = new GenericInternalRow(new Object[0]);

  /** Makes the readers on the executors. */
  record Factory(ReadPlan plan) implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new PageReader(plan, (Slice) partition);
    }
  }

  private final ReadPlan plan;
  private final ReadValues values;
  private final Pages pages;
  private Iterator<Map<String, AttributeValue>> items = Collections.emptyIterator();
  private int counted;
  private int rows;
  private InternalRow row = NO_COLUMNS;

  PageReader(ReadPlan plan, Slice slice) {
    this.plan = plan;
    this.values = new ReadValues(plan.access().label(), plan.columns());
    this.pages = new Pages(plan, slice);
  }

  @Override
  public boolean next() {
    if (plan.limit() > 0 && rows >= plan.limit()) {
      return false;
    }
    while (counted == 0 && !items.hasNext()) {
      Optional<Pages.Page> page = pages.next();
      if (page.isEmpty()) {
        return false;
      } else if (plan.countsOnly()) {
        counted = page.get().count();
      } else {
        items = page.get().items().iterator();
      }
    }
    rows++;
    if (plan.countsOnly()) {
      counted--;
    } else {
      row = values.row(items.next());
    }
    return true;
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() {
    pages.close();
  }
}
