package io.standpipe.kafka;

import io.standpipe.kafka.Problem.Refusal;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the brokers about topics, creates and deletes them. Closed by who opens it. */
final class Topics implements AutoCloseable {
  /** Milliseconds between two looks at a topic that is being created or deleted. */
  private static final long LOOK_AGAIN = 20;

  private final KafkaConfig config;
  private final Duration timeout;
  private final Admin admin;

  Topics(KafkaConfig config, Duration timeout) {
    this.config = config;
    this.timeout = timeout;
    Map<String, Object> settings = new HashMap<>(ClientSettings.connection(config));
    settings.put("default.api.timeout.ms", "" + timeout.toMillis());
    settings.put("request.timeout.ms", "" + timeout.toMillis());
    this.admin = Admin.create(settings);
  }

  /** How many partitions the topic has; empty if there is no such topic. */
  Optional<Integer> partitions(String topic) {
    try {
      return Optional.of(
          get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw Problem.of("look at topic '" + topic + "'", e.getCause());
    }
  }

  /** What answers. */
  String describe() {
    List<String> names =
        config.topicPattern().isPresent()
            ? matching(config.topicPattern().get())
            : config.topic().map(List::of).orElse(config.topics());
    int partitions = 0;
    for (String name : names) {
      partitions +=
          partitions(name)
              .orElseThrow(
                  () ->
                      new Refusal(
                          "there is no topic '" + name + "'", "Create it, or check 'topic'."));
    }
    return "Kafka, " + config.label() + ", " + partitions + " partitions";
  }

  private List<String> matching(String pattern) {
    try {
      Set<String> all = get(admin.listTopics().names());
      return all.stream().filter(Pattern.compile(pattern).asMatchPredicate()).sorted().toList();
    } catch (ExecutionException e) {
      throw Problem.of("list topics", e.getCause());
    }
  }

  /** Returns when a broker knows the topic, or, if it is created, when the time is over. */
  void create(String topic) {
    NewTopic wanted =
        new NewTopic(
            topic, Optional.of(config.partitions()), config.replication().map(Integer::shortValue));
    long start = System.nanoTime();
    while (!isCreated(wanted, start)) {
      pause();
    }
    await(topic, true, start);
  }

  /** False if it is worth while to try again, as when the brokers are about to be admitted. */
  private boolean isCreated(NewTopic wanted, long start) {
    try {
      get(admin.createTopics(List.of(wanted)).all());
      return true;
    } catch (ExecutionException e) {
      if (passes(e.getCause()) && !isLate(start)) {
        return false;
      }
      throw Problem.of("create topic '" + wanted.name() + "'", e.getCause());
    }
  }

  /** Of errors that may pass, the client repeats by itself what it calls retriable. */
  private static boolean passes(Throwable error) {
    return !(error instanceof RetriableException)
        && ErrorTable.CLASSIFIER
            .classify(error)
            .filter(rule -> rule.verdict() == Verdict.TRANSIENT)
            .isPresent();
  }

  /** Returns when a broker does not know the topic any more, or when the time is over. */
  void drop(String topic) {
    long start = System.nanoTime();
    try {
      get(admin.deleteTopics(List.of(topic)).all());
    } catch (ExecutionException e) {
      throw Problem.of("delete topic '" + topic + "'", e.getCause());
    }
    await(topic, false, start);
  }

  /** The controller answers a moment before the brokers know what it has changed. */
  private void await(String topic, boolean there, long start) {
    while (partitions(topic).isPresent() != there && !isLate(start)) {
      pause();
    }
  }

  private boolean isLate(long start) {
    return System.nanoTime() - start > timeout.toNanos();
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_AGAIN);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private <T> T get(KafkaFuture<T> answer) throws ExecutionException {
    try {
      return answer.get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (TimeoutException e) {
      throw Problem.of(
          "ask " + config.bootstrapServers(),
          new org.apache.kafka.common.errors.TimeoutException("no answer within " + timeout, e));
    }
  }

  private static ConnectorException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ConnectorException("interrupted while asking Kafka", "Run it again.", e);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
