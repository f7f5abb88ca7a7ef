package io.standpipe.dynamodb;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * The pages of a slice in their order, each at most 1 MB. While one is worked on the next one is
 * fetched, unless a limit says that it may not be needed. A page that is throttled is asked for
 * again, so a read goes on where it was. For one thread.
 */
final class Pages implements AutoCloseable {
  private static final Map<String, AttributeValue> START = Map.of();

  /** A thread for each reader that waits for a page; they end when nobody reads any more. */
  private static final ExecutorService THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          5,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "dynamodb-page");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * What a request brought.
   *
   * @param count of the items, also if they were only counted
   */
  record Page(List<Map<String, AttributeValue>> items, int count) {}

  private final ReadPlan plan;
  private final Slice slice;
  private final Calls calls;
  private final Pace pace;
  private final Set<String> columns;
  private final Iterator<AttributeValue> keys;
  private AttributeValue key;
  private Map<String, AttributeValue> position = START;
  private boolean more = true;
  private boolean project;
  private Optional<Future<Page>> ahead = Optional.empty();

  Pages(ReadPlan plan, Slice slice) {
    this.plan = plan;
    this.slice = slice;
    this.calls = plan.access().open();
    this.pace = Pace.of(plan.unitsPerSecond());
    this.columns = Set.copyOf(List.of(plan.columns().fieldNames()));
    this.project = !plan.allColumns();
    this.keys = slice.partitionKeys().stream().map(Scalar::attribute).iterator();
    this.key = keys.hasNext() ? keys.next() : null;
  }

  /** The next page, which may have no items; empty after the last. */
  Optional<Page> next() {
    // What is fetched ahead is only looked at when it is there: until then the other thread has it.
    if (ahead.isEmpty() && !more) {
      return Optional.empty();
    }
    Page page = ahead.isPresent() ? await(ahead.get()) : fetch();
    ahead = more && plan.limit() == 0 ? Optional.of(THREADS.submit(this::fetch)) : Optional.empty();
    return Optional.of(page);
  }

  private static Page await(Future<Page> page) {
    try {
      return page.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for DynamoDB", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot fetch a page", e.getCause());
    }
  }

  /** A page that is still on its way is dropped when it arrives. */
  @Override
  public void close() {
    ahead.ifPresent(page -> page.cancel(true));
    calls.close();
  }

  private Page fetch() {
    return calls.call(
        "read " + calls.label(),
        pace,
        client -> {
          if (key == null) {
            var answer = client.scan(scan());
            pace.used(answer.consumedCapacity());
            return advance(new Page(answer.items(), answer.count()), answer.lastEvaluatedKey());
          }
          var answer = client.query(query());
          pace.used(answer.consumedCapacity());
          return advance(new Page(answer.items(), answer.count()), answer.lastEvaluatedKey());
        });
  }

  private Page advance(Page page, Map<String, AttributeValue> last) {
    position = last;
    if (position.isEmpty()) {
      more = keys.hasNext();
      key = more ? keys.next() : key;
    }
    project |= page.items().stream().anyMatch(item -> !columns.containsAll(item.keySet()));
    return page;
  }

  /** The columns as an expression; empty for whole items, which cost the server less. */
  private String projection(Placeholders placeholders) {
    return project ? plan.projection(placeholders) : "";
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
            .returnConsumedCapacity(pace.wanted())
            .limit(pageLimit())
            .filterExpression(orNull(plan.filter()));
    if (plan.countsOnly()) {
      request.select(Select.COUNT);
    } else {
      request.projectionExpression(orNull(projection(placeholders)));
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
            .returnConsumedCapacity(pace.wanted())
            .limit(pageLimit())
            .keyConditionExpression(condition)
            .filterExpression(orNull(plan.filter()));
    if (plan.countsOnly()) {
      request.select(Select.COUNT);
    } else {
      request.projectionExpression(orNull(projection(placeholders)));
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
