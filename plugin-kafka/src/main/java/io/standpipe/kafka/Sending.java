package io.standpipe.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.kafka010.KafkaWriter;
import scala.Option;

/**
 * Sends records with the writer of Spark's Kafka source. Called directly and not through {@code
 * save}, it lets the rows be counted in their own pass, and the options, which have secrets, never
 * become part of a plan.
 *
 * @param topic where the records go
 */
record Sending(KafkaConfig config, String topic) {
  private static final String COUNT = "standpipe-kafka-rows";

  /** Sends all and returns how many, when all replicas have them. */
  long send(SparkSession session, Dataset<Row> records) {
    Map<String, Object> producer = new HashMap<>(ClientSettings.producer(config));
    producer.put("key.serializer", ByteArraySerializer.class.getName());
    producer.put("value.serializer", ByteArraySerializer.class.getName());
    QueryExecution execution =
        records.observe(COUNT, functions.count(functions.lit(1))).queryExecution();
    return SQLExecution.withNewExecutionId(
        execution,
        Option.apply("append to topic " + topic),
        () -> {
          KafkaWriter.write(session, execution, producer, Option.apply(topic));
          return execution.observedMetrics().apply(COUNT).getLong(0);
        });
  }
}
