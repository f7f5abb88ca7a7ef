package io.standpipe.tck.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresServerTest {

  @Test
  void start_thatFails_tellsTheEndOfTheLog() {
    assertThatThrownBy(() -> EmbeddedPostgresServer.start(Duration.ZERO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cannot start postgres: Gave up waiting for server to start")
        .hasMessageContaining(". The end of its log:\n")
        .hasMessageContaining("Success. You can now start the database server using:");
  }
}
