package io.standpipe.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams from a topic to another one. */
class KafkaStreamTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  @TempDir Path folder;

  private static KafkaConnector topic(Map<String, Object> options) {
    KafkaConnector connector = new KafkaConnector(Spark.config(options));
    connector.create(Spark.SESSION, new StructType());
    return connector;
  }

  private void run(KafkaConnector from, KafkaConnector to) throws Exception {
    from.readStream(Spark.SESSION)
        .writeStream()
        .option("checkpointLocation", folder.resolve("state").toString())
        .trigger(Trigger.AvailableNow())
        .foreachBatch(
            (VoidFunction2<Dataset<Row>, Long>)
                (rows, batch) ->
                    to.write(
                        rows.sparkSession(),
                        rows,
                        APPEND.withToken(new CommitToken("q", "stream", OptionalLong.of(batch)))))
        .start()
        .awaitTermination();
  }

  @Test
  void stream_twoRuns_goesOnWithoutAGap() throws Exception {
    KafkaConnector from =
        topic(
            Map.of(
                "topic",
                Spark.newTopic(),
                "schema",
                "id BIGINT",
                "maxOffsetsPerTrigger",
                3L,
                "partitions",
                2));
    KafkaConnector to = topic(Map.of("topic", Spark.newTopic(), "schema", "id BIGINT"));
    from.write(Spark.SESSION, Spark.sql("SELECT id FROM range(5)"), APPEND);
    run(from, to);
    from.write(Spark.SESSION, Spark.sql("SELECT id FROM range(5, 9)"), APPEND);

    run(from, to);

    List<Long> ids =
        to.read(Spark.SESSION).sort("id").collectAsList().stream()
            .map(row -> row.getLong(0))
            .toList();
    assertThat(ids).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }
}
