package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Comparison.Action;
import io.standpipe.benchmarks.Comparison.Job;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.tck.server.CassandraServer;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Appends rows to an empty Cassandra table, and reads it: against the Spark Cassandra Connector
 * with the same settings, on the same table of the same cluster of one node.
 */
record Cassandra(Jobs jobs) implements Benchmark {
  private static final long ROWS = Long.getLong("rows", 200_000);
  private static final String FORMAT = "org.apache.spark.sql.cassandra";

  @Override
  public String name() {
    return "cassandra";
  }

  @Override
  public void run(Figures figures) throws Exception {
    try (CassandraServer server = CassandraServer.start();
        StorageBench bench =
            StorageBench.open(
                jobs.root(), jobs.work().resolve("cassandra"), storage(server.port()))) {
      bench.inSpark(spark -> compare(bench, spark, options(server.port()), figures));
    }
  }

  private static String storage(int port) {
    return """
        connector: cassandra, hosts: [127.0.0.1], port: %d, keyspace: bench, table: target,
        partitionKey: [id], replication: {class: SimpleStrategy, replication_factor: "1"}, confirmTruncate: true\
        """
        .formatted(port);
  }

  /** What one would write by hand. */
  private static Map<String, String> options(int port) {
    return Map.of(
        "spark.cassandra.connection.host", "127.0.0.1",
        "spark.cassandra.connection.port", String.valueOf(port),
        "spark.cassandra.input.consistency.level", "LOCAL_QUORUM",
        "spark.cassandra.output.consistency.level", "LOCAL_QUORUM",
        "keyspace", "bench",
        "table", "target");
  }

  private void compare(
      StorageBench bench, SparkSession spark, Map<String, String> options, Figures figures)
      throws Exception {
    Dataset<Row> rows = SampleRows.of(spark, bench.folder(), 0, ROWS);
    Action empty = () -> bench.write(spark, rows.limit(0), WriteRequest.of(WriteMode.OVERWRITE));
    Action complete = () -> StorageBench.requireRows(ROWS, bench.read(spark));
    new Comparison(
            name(),
            "write",
            "plain-spark",
            Job.of(empty, () -> bench.write(spark, rows, WriteRequest.of(WriteMode.APPEND)))
                .then(complete),
            Job.of(
                    empty,
                    () -> rows.write().format(FORMAT).options(options).mode(SaveMode.Append).save())
                .then(complete))
        .run(figures);
    new Comparison(
            name(),
            "read",
            "plain-spark",
            Job.of(() -> StorageBench.consume(bench.read(spark))),
            Job.of(() -> StorageBench.consume(spark.read().format(FORMAT).options(options).load())))
        .run(figures);
  }
}
