package io.standpipe.benchmarks;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** What one would write with the AWS SDK alone: a thread each for a part of the rows. */
record BareDynamoDb(DynamoDbClient client, ExecutorService threads, String table)
    implements AutoCloseable {
  static final int PARALLELISM = 2;
  private static final int BATCH = 25;
  private static final int ATTRIBUTES = 6;

  static BareDynamoDb open(String endpoint, String table) {
    DynamoDbClient client =
        DynamoDbClient.builder()
            .endpointOverride(URI.create(endpoint))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    return new BareDynamoDb(client, Executors.newFixedThreadPool(PARALLELISM), table);
  }

  /** Puts the rows in batches. */
  void put(List<Row> rows) throws Exception {
    int part = (rows.size() + PARALLELISM - 1) / PARALLELISM;
    inParallel(
        thread ->
            () -> {
              int end = Math.min(rows.size(), (thread + 1) * part);
              for (int first = thread * part; first < end; first += BATCH) {
                putBatch(rows.subList(first, Math.min(end, first + BATCH)));
              }
              return 0L;
            });
  }

  private void putBatch(List<Row> rows) {
    List<WriteRequest> puts =
        rows.stream()
            .map(row -> WriteRequest.builder().putRequest(put -> put.item(item(row))).build())
            .toList();
    Map<String, List<WriteRequest>> left = Map.of(table, puts);
    while (!left.isEmpty()) {
      Map<String, List<WriteRequest>> requests = left;
      left = client.batchWriteItem(batch -> batch.requestItems(requests)).unprocessedItems();
    }
  }

  private static Map<String, AttributeValue> item(Row row) {
    return Map.of(
        "id", AttributeValue.fromN(String.valueOf(row.getLong(0))),
        "amount", AttributeValue.fromN(String.valueOf(row.getDouble(1))),
        "name", AttributeValue.fromS(row.getString(2)),
        "at", AttributeValue.fromS(row.getTimestamp(3).toInstant().toString()),
        "active", AttributeValue.fromBool(row.getBoolean(4)),
        "price", AttributeValue.fromN(row.getDecimal(5).toPlainString()));
  }

  /** Reads every attribute of every item, and returns how many items there are. */
  long scan() throws Exception {
    return inParallel(thread -> () -> scan(thread));
  }

  private long scan(int segment) {
    long count = 0;
    for (Map<String, AttributeValue> item :
        client
            .scanPaginator(
                scan -> scan.tableName(table).segment(segment).totalSegments(PARALLELISM))
            .items()) {
      count += values(item).length / ATTRIBUTES;
    }
    return count;
  }

  private static Object[] values(Map<String, AttributeValue> item) {
    return new Object[] {
      Long.parseLong(item.get("id").n()),
      Double.parseDouble(item.get("amount").n()),
      item.get("name").s(),
      Instant.parse(item.get("at").s()),
      item.get("active").bool(),
      new BigDecimal(item.get("price").n())
    };
  }

  /** Runs a task per thread and returns the sum of what they return. */
  private long inParallel(IntFunction<Callable<Long>> task) throws Exception {
    List<Callable<Long>> tasks = new ArrayList<>();
    IntStream.range(0, PARALLELISM).forEach(thread -> tasks.add(task.apply(thread)));
    long sum = 0;
    for (Future<Long> done : threads.invokeAll(tasks)) {
      sum += done.get();
    }
    return sum;
  }

  @Override
  public void close() {
    threads.shutdown();
    client.close();
  }
}
