package io.standpipe.benchmarks;

import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Step;
import io.standpipe.spi.WriteMode;
import java.util.Locale;
import java.util.Set;

/** What is done to a PostgreSQL or to the connections to it while a job uses it. */
enum Fault {
  CUT_WHILE_WRITING,
  CUT_WHILE_READING,
  LATENCY,
  ANSWER_TO_COMMIT_LOST,
  REFUSED,
  RESTART,
  TERMINATED,
  DEADLOCK,
  SERIALIZATION,
  DISK_FULL;

  /** The storage that the job writes. */
  String storage() {
    return switch (this) {
      case DEADLOCK -> "upserted";
      case SERIALIZATION -> "strict";
      case DISK_FULL -> "small";
      default -> "appended";
    };
  }

  boolean upserts() {
    return this == DEADLOCK || this == SERIALIZATION;
  }

  /** The table of that storage. */
  String table() {
    return upserts() ? "upserted" : storage();
  }

  /** The job that it is done to. */
  Pipeline pipeline() {
    return Pipeline.of(
        storage(),
        Step.read("source"),
        upserts()
            ? Step.write(storage(), "source", WriteMode.UPSERT).by("id")
            : Step.write(storage(), "source", WriteMode.APPEND));
  }

  /** Whether the step fails for good, as it is documented, until somebody has seen to it. */
  boolean isPermanent() {
    return this == DISK_FULL;
  }

  /** Whether the verdicts on the failures of the job show that it has met the fault. */
  boolean isHit(Set<String> verdicts) {
    return switch (this) {
      case LATENCY -> true;
      case DEADLOCK, SERIALIZATION -> verdicts.contains("conflict");
      case DISK_FULL -> verdicts.contains("permanent");
      default -> !verdicts.isEmpty();
    };
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
