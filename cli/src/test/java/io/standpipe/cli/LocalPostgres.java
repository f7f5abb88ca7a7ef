package io.standpipe.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;

/** A PostgreSQL for the tests of a class, which close it. */
final class LocalPostgres {
  private LocalPostgres() {}

  /** Starts it; beside other servers that begin, that takes its time. */
  static EmbeddedPostgres start() throws IOException {
    return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
  }
}
