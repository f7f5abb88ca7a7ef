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
 * Puts items into a DynamoDB table, and scans four times as many: against the AWS SDK with as many
 * threads as Standpipe has tasks. Both have the rows that they write in memory. The server is
 * DynamoDB Local, which stores an item at a time and takes most of the time of a write.
 */
record DynamoDb(Jobs jobs) implements Benchmark {
  /** So many that starting a Spark job, a tenth of a second, does not decide. */
  private static final long ROWS = Long.getLong("rows", 30_000);

  /** A scan is much quicker than the write of what it reads. */
  private static final long SCANNED = 4 * ROWS;

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
    Dataset<Row> rows = SampleRows.of(spark, bench.folder(), 0, ROWS).cache();
    List<Row> inMemory = rows.collectAsList();
    compare(
        "write",
        () -> bench.write(spark, rows, WriteRequest.of(WriteMode.APPEND)),
        () -> sdk.put(inMemory),
        figures);
    Dataset<Row> more = SampleRows.of(spark, bench.folder(), ROWS, SCANNED - ROWS);
    bench.write(spark, more, WriteRequest.of(WriteMode.APPEND));
    StorageBench.requireRows(SCANNED, bench.read(spark));
    compare("scan", () -> StorageBench.consume(bench.read(spark)), () -> scan(sdk), figures);
  }

  private void compare(String operation, Action ours, Action theirs, Figures figures)
      throws Exception {
    new Comparison(name(), operation, "bare-sdk", Job.of(ours), Job.of(theirs)).run(figures);
  }

  private static void scan(BareDynamoDb sdk) throws Exception {
    long items = sdk.scan();
    if (items != SCANNED) {
      throw new IllegalStateException("expected " + SCANNED + " items, got " + items);
    }
  }
}
