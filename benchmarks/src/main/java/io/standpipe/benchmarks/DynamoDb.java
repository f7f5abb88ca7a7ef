package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Action;
import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.tck.server.DynamoDbServer;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Puts items into a DynamoDB table, and scans it: against the AWS SDK with as many threads as
 * Standpipe has tasks, from rows that are in memory. The server is DynamoDB Local, so the figures
 * tell what the client costs, not what DynamoDB takes.
 */
record DynamoDb(Jobs jobs) implements Benchmark {
  private static final long ROWS = Long.getLong("rows", 20_000);

  @Override
  public String name() {
    return "dynamodb";
  }

  @Override
  public void run(Figures figures) throws Exception {
    try (DynamoDbServer server = DynamoDbServer.start();
        StorageBench bench =
            StorageBench.open(
                jobs.root(), jobs.work().resolve("dynamodb"), storage(server.endpoint()));
        BareDynamoDb sdk = BareDynamoDb.open(server.endpoint(), StorageBench.STORAGE)) {
      bench.inSpark(spark -> compare(bench, spark, sdk, figures));
    }
  }

  private static String storage(String endpoint) {
    return """
        connector: dynamodb, table: %s, endpoint: "%s", region: us-east-1, accessKeyId: key, secretAccessKey: secret,
        partitionKey: id, segments: %d, schema: "%s"\
        """
        .formatted(StorageBench.STORAGE, endpoint, BareDynamoDb.PARALLELISM, SampleRows.SPARK_DDL);
  }

  private void compare(StorageBench bench, SparkSession spark, BareDynamoDb sdk, Figures figures)
      throws Exception {
    Dataset<Row> rows = SampleRows.of(spark, bench.folder(), 0, ROWS);
    List<Row> inMemory = rows.collectAsList();
    compare(
        "write",
        () -> bench.write(spark, rows, WriteRequest.of(WriteMode.APPEND)),
        () -> sdk.put(inMemory),
        figures);
    StorageBench.requireRows(ROWS, bench.read(spark));
    compare("scan", () -> StorageBench.consume(bench.read(spark)), () -> scan(sdk), figures);
  }

  private void compare(String operation, Action ours, Action theirs, Figures figures)
      throws Exception {
    new Comparison(name(), operation, "bare-sdk", Job.of(ours), Job.of(theirs)).run(figures);
  }

  private static void scan(BareDynamoDb sdk) throws Exception {
    long items = sdk.scan();
    if (items != ROWS) {
      throw new IllegalStateException("expected " + ROWS + " items, got " + items);
    }
  }
}
