package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.tck.server.KafkaServer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Reads a Kafka topic of JSON records to its end, and appends to it: against Spark's Kafka source
 * and sink with the JSON functions that one would write by hand.
 */
record Kafka(Jobs jobs) implements Benchmark {
  private static final long ROWS = Long.getLong("rows", 1_000_000);
  private static final String TOPIC = "target";

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public void run(Figures figures) throws Exception {
    try (KafkaServer server = KafkaServer.start();
        StorageBench bench =
            StorageBench.open(jobs.root(), jobs.work().resolve("kafka"), storage(server))) {
      bench.inSpark(spark -> compare(bench, spark, server.bootstrapServers(), figures));
    }
  }

  private static String storage(KafkaServer server) {
    return "connector: kafka, bootstrapServers: \"%s\", topic: %s, partitions: 2, schema: \"%s\""
        .formatted(server.bootstrapServers(), TOPIC, SampleRows.SPARK_DDL);
  }

  private void compare(StorageBench bench, SparkSession spark, String brokers, Figures figures)
      throws Exception {
    Dataset<Row> rows = SampleRows.of(spark, bench.folder(), 0, ROWS);
    bench
        .storage()
        .use(
            SupportsTable.class,
            topic -> {
              topic.create(spark, rows.schema());
              return topic.exists(spark);
            });
    WriteRequest append = WriteRequest.of(WriteMode.APPEND);
    bench.write(spark, rows, append);
    StorageBench.requireRows(ROWS, records(spark, brokers));
    new Comparison(
            name(),
            "read",
            "plain-spark",
            Job.of(() -> StorageBench.consume(bench.read(spark))),
            Job.of(() -> StorageBench.consume(parsed(records(spark, brokers)))))
        .run(figures);
    AtomicLong writes = new AtomicLong(1);
    Job ours = Job.of(() -> bench.write(spark, rows, append)).then(writes::incrementAndGet);
    Job theirs = Job.of(() -> plainWrite(rows, brokers)).then(writes::incrementAndGet);
    new Comparison(name(), "write", "plain-spark", ours, theirs).run(figures);
    StorageBench.requireRows(ROWS * writes.get(), records(spark, brokers));
  }

  private static Dataset<Row> records(SparkSession spark, String brokers) {
    return spark
        .read()
        .format("kafka")
        .option("kafka.bootstrap.servers", brokers)
        .option("subscribe", TOPIC)
        .option("startingOffsets", "earliest")
        .load();
  }

  private static Dataset<Row> parsed(Dataset<Row> records) {
    return records
        .select(
            functions
                .from_json(
                    functions.col("value").cast("string"),
                    StructType.fromDDL(SampleRows.SPARK_DDL),
                    Map.of("mode", "FAILFAST"))
                .as("row"))
        .select("row.*");
  }

  private static void plainWrite(Dataset<Row> rows, String brokers) {
    rows.selectExpr("to_json(struct(*)) AS value")
        .write()
        .format("kafka")
        .option("kafka.bootstrap.servers", brokers)
        .option("topic", TOPIC)
        .save();
  }
}
