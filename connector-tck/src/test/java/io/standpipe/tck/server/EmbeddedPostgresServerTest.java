package io.standpipe.tck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresServerTest {

  @Test
  void folder_isInMemoryOnlyWhereEnoughIsFree(@TempDir Path memory) throws IOException {
    assertThat(EmbeddedPostgresServer.newFolder(memory, 1)).hasParent(memory);
    Path elsewhere = EmbeddedPostgresServer.newFolder(memory, Long.MAX_VALUE);
    assertThat(elsewhere.getParent()).isNotEqualTo(memory);
    Files.delete(elsewhere);
  }

  @Test
  void start_thatFails_tellsTheEndOfTheLog() {
    assertThatThrownBy(() -> EmbeddedPostgresServer.start(Duration.ofMillis(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("cannot start postgres: Gave up waiting for server to start")
        .hasMessageContaining(". The end of its log:\n")
        .hasMessageContaining("Success. You can now start the database server using:");
  }
}
