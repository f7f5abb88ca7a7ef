package io.standpipe.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.SupportsHealthCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageTest {

  private static Storage storage(SupportsHealthCheck connector) {
    return new Storage(
        "shop", "test", connector, ErrorClassifier.none(), StorageTest.class.getClassLoader());
  }

  @Test
  void ping_connectorThatNeverAnswers_endsAfterTheTimeout() {
    CountDownLatch never = new CountDownLatch(1);
    Storage storage =
        storage(
            timeout -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return "late";
            });

    assertThatThrownBy(() -> storage.ping(Duration.ofSeconds(1)))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "Storage 'shop' (test): did not answer within 1 s. Look at it, or wait longer.");
  }

  @Test
  void ping_connectorThatAnswers_givesTheAnswer() {
    assertThat(storage(timeout -> timeout + " left").ping(Duration.ofSeconds(1)))
        .isEqualTo("PT1S left");
  }

  @ParameterizedTest
  @CsvSource({
    "disk is full, disk is full",
    "com.acme.Missing, java.io.IOException: com.acme.Missing",
    "'\n\n  blank lines first\nmore', blank lines first"
  })
  void act_wrappedError_saysTheInnermostReason(String innermost, String reason) {
    RuntimeException wrapped =
        new RuntimeException(
            "Job aborted", new RuntimeException("Task failed", new IOException(innermost)));

    assertThatThrownBy(
            () ->
                storage(timeout -> "")
                    .act(
                        () -> {
                          throw wrapped;
                        }))
        .isInstanceOf(StorageException.class)
        .hasMessage("Storage 'shop' (test): " + reason)
        .hasCause(wrapped);
  }
}
