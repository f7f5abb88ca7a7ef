package io.standpipe.tck.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.Test;

/** Runs with containers only. */
class KafkaContainerIT {
  private static final TopicPartition TOPIC = new TopicPartition("records", 0);

  @Test
  void kafka_disturbed_keepsItsRecords() throws Exception {
    try (TestServer kafka = KafkaContainer.start()) {
      String servers = "127.0.0.1:" + kafka.port();
      RealServersIT.use(kafka, id -> produce(servers, id), () -> consume(servers));
    }
  }

  private static void produce(String servers, int id) throws Exception {
    Map<String, Object> options = Map.of("bootstrap.servers", servers, "acks", "all");
    try (KafkaProducer<Integer, Integer> producer =
        new KafkaProducer<>(options, new IntegerSerializer(), new IntegerSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC.topic(), 0, id, id)).get(20, TimeUnit.SECONDS);
    }
  }

  private static List<Integer> consume(String servers) {
    Map<String, Object> options =
        Map.of("bootstrap.servers", servers, "default.api.timeout.ms", "15000");
    try (KafkaConsumer<Integer, Integer> consumer =
        new KafkaConsumer<>(options, new IntegerDeserializer(), new IntegerDeserializer())) {
      consumer.assign(List.of(TOPIC));
      consumer.seekToBeginning(List.of(TOPIC));
      long end = consumer.endOffsets(List.of(TOPIC)).get(TOPIC);
      List<Integer> values = new ArrayList<>();
      while (consumer.position(TOPIC) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
