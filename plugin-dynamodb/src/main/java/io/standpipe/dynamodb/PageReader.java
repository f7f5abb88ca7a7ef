package io.standpipe.dynamodb;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * Reads a slice page by page: one page, at most 1 MB, is in memory. A page that is throttled is
 * asked for again, so a read goes on where it was.
 */
final class PageReader implements PartitionReader<InternalRow> {
  private static final Map<String, AttributeValue> START = Map.of();

  /** Makes the readers on the executors. */
  record Factory(ReadPlan plan) implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new PageReader(plan, (Slice) partition);
    }
  }

  /** A page of either request. */
  private record Page(
      List<Map<String, AttributeValue>> items,
      int count,
      Map<String, AttributeValue> last,
      ConsumedCapacity used) {}

  private final ReadPlan plan;
  private final Slice slice;
  private final Calls calls;
  private final Pace pace;
  private final Iterator<AttributeValue> keys;
  private AttributeValue key;
  private Map<String, AttributeValue> position = START;
  private boolean more = true;
  private Iterator<Map<String, AttributeValue>> items = Collections.emptyIterator();
  private int counted;
  private int rows;
  private InternalRow row;

  PageReader(ReadPlan plan, Slice slice) {
    this.plan = plan;
    this.slice = slice;
    this.calls = plan.access().open();
    this.pace = Pace.of(plan.unitsPerSecond());
    this.keys = slice.partitionKeys().stream().map(Scalar::attribute).iterator();
    this.key = keys.hasNext() ? keys.next() : null;
  }

  @Override
  public boolean next() {
    if (plan.limit() > 0 && rows >= plan.limit()) {
      return false;
    }
    while (counted == 0 && !items.hasNext()) {
      if (!more) {
        return false;
      }
      fetch();
    }
    rows++;
    if (plan.countsOnly()) {
      counted--;
      row = new GenericInternalRow(new Object[0]);
    } else {
      row = ReadValues.row(calls.label(), plan.columns(), items.next());
    }
    return true;
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() {
    calls.close();
  }

  private void fetch() {
    Page page =
        calls.call(
            "read " + calls.label(),
            pace,
            client -> {
              if (key == null) {
                var answer = client.scan(scan());
                return new Page(
                    answer.items(),
                    answer.count(),
                    answer.lastEvaluatedKey(),
                    answer.consumedCapacity());
              }
              var answer = client.query(query());
              return new Page(
                  answer.items(),
                  answer.count(),
                  answer.lastEvaluatedKey(),
                  answer.consumedCapacity());
            });
    pace.used(page.used());
    position = page.last();
    if (plan.countsOnly()) {
      counted = page.count();
    } else {
      items = page.items().iterator();
    }
    if (position.isEmpty()) {
      more = keys.hasNext();
      key = more ? keys.next() : key;
    }
  }

  private ScanRequest scan() {
    Placeholders placeholders = plan.placeholders().copy();
    ScanRequest.Builder request =
        ScanRequest.builder()
            .tableName(plan.table().name())
            .indexName(orNull(plan.path().index()))
            .consistentRead(plan.consistent())
            .segment(slice.segment())
            .totalSegments(slice.segments())
            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
            .limit(pageLimit())
            .filterExpression(orNull(plan.filter()));
    if (plan.countsOnly()) {
      request.select(Select.COUNT);
    } else {
      request.projectionExpression(orNull(plan.projection(placeholders)));
    }
    return request
        .expressionAttributeNames(placeholders.requestNames())
        .expressionAttributeValues(placeholders.requestValues())
        .exclusiveStartKey(position.isEmpty() ? null : position)
        .build();
  }

  private QueryRequest query() {
    Placeholders placeholders = plan.placeholders().copy();
    String condition =
        placeholders.name(plan.path().partitionKey().name())
            + " = "
            + placeholders.value(key)
            + (plan.sortCondition().isEmpty() ? "" : " AND " + plan.sortCondition());
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(plan.table().name())
            .indexName(orNull(plan.path().index()))
            .consistentRead(plan.consistent())
            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
            .limit(pageLimit())
            .keyConditionExpression(condition)
            .filterExpression(orNull(plan.filter()));
    if (plan.countsOnly()) {
      request.select(Select.COUNT);
    } else {
      request.projectionExpression(orNull(plan.projection(placeholders)));
    }
    return request
        .expressionAttributeNames(placeholders.requestNames())
        .expressionAttributeValues(placeholders.requestValues())
        .exclusiveStartKey(position.isEmpty() ? null : position)
        .build();
  }

  /** With a filter the limit would count items before it. */
  private Integer pageLimit() {
    return plan.limit() > 0 && plan.filter().isEmpty() ? plan.limit() : null;
  }

  private static String orNull(String expression) {
    return expression.isEmpty() ? null : expression;
  }
}
