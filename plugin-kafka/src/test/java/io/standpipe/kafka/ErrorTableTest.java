package io.standpipe.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.ErrorRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TopicDeletionDisabledException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the error table, with the clients' own exceptions. */
class ErrorTableTest {
  private static final Map<String, Throwable> SAMPLES = samples();

  private static Map<String, Throwable> samples() {
    Map<String, Throwable> samples = new LinkedHashMap<>();
    samples.put("Refusal", new Problem.Refusal("no", "Do not."));
    samples.put("AuthorizationException", new ClusterAuthorizationException("no"));
    samples.put("AuthenticationException", new SaslAuthenticationException("no"));
    samples.put("RetriableException", new NotLeaderOrFollowerException());
    for (Throwable error :
        List.of(
            new RecordTooLargeException("x"),
            new RecordBatchTooLargeException("x"),
            new SerializationException("x"),
            new InvalidRecordException("x"),
            new InvalidTimestampException("x"),
            new UnsupportedVersionException("x"),
            new UnsupportedSaslMechanismException("x"),
            new ConfigException("x"),
            new TopicExistsException("x"),
            new InvalidTopicException("x"),
            new InvalidReplicationFactorException("x"),
            new InvalidPartitionsException("x"),
            new PolicyViolationException("x"),
            new UnknownTopicOrPartitionException("x"),
            new TopicDeletionDisabledException("x"),
            new OffsetOutOfRangeException("x"),
            new ThrottlingQuotaExceededException("x"),
            new ProducerFencedException("x"),
            new OutOfOrderSequenceException("x"))) {
      samples.put(error.getClass().getSimpleName(), error);
    }
    return samples;
  }

  private static Throwable sample(ErrorRule rule) {
    String value = rule.matcher().substring(rule.matcher().indexOf(':') + 1);
    return rule.matcher().startsWith("message:")
        ? new RuntimeException("Job aborted: " + value + " (x)")
        : SAMPLES.get(value);
  }

  @TestFactory
  Stream<DynamicTest> rule_itsError_isUnderstoodByThisRule() {
    return ErrorTable.RULES.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.matcher(),
                    () -> assertThat(ErrorTable.CLASSIFIER.classify(sample(rule))).contains(rule)));
  }

  @Test
  void rules_hintsOfWhatAPersonMustDo_areThere() {
    List<String> without = new ArrayList<>();
    Set<String> matchers = new HashSet<>();
    for (ErrorRule rule : ErrorTable.RULES) {
      assertThat(matchers.add(rule.matcher())).as(rule.matcher()).isTrue();
      boolean personal = List.of("DATA", "PERMANENT").contains(rule.verdict().name());
      if (personal && rule.hint().isEmpty()) {
        without.add(rule.matcher());
      }
    }
    assertThat(without).as("a refusal has its own").containsExactly("class:Refusal");
  }

  @Test
  void otherErrors_areNobodys() {
    assertThat(ErrorTable.CLASSIFIER.classify(new IllegalStateException("x"))).isEmpty();
  }
}
