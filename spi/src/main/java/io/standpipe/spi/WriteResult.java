package io.standpipe.spi;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a write did.
 *
 * @param outcome whether it changed anything
 * @param rows rows inserted, updated or deleted; empty if the technology does not tell
 * @param version the version that the write made, where the storage has versions
 */
public record WriteResult(Outcome outcome, OptionalLong rows, Optional<String> version) {

  /** Whether a write changed the storage. */
  public enum Outcome {
    /** The rows are committed. */
    COMMITTED,
    /** An earlier write with the same commit token had committed; nothing was done. */
    ALREADY_COMMITTED,
    /** Mode {@link WriteMode#IGNORE} found rows; nothing was done. */
    IGNORED
  }

  public WriteResult {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(version, "version");
  }

  /** A committed write of a known number of rows. */
  public static WriteResult committed(long rows) {
    return new WriteResult(Outcome.COMMITTED, OptionalLong.of(rows), Optional.empty());
  }

  /** A committed write of which only that is known. */
  public static WriteResult committed() {
    return new WriteResult(Outcome.COMMITTED, OptionalLong.empty(), Optional.empty());
  }

  /** A write that changed nothing, and why. */
  public static WriteResult unchanged(Outcome outcome) {
    return new WriteResult(outcome, OptionalLong.of(0), Optional.empty());
  }

  /** The same with the version that the write made. */
  public WriteResult withVersion(String newVersion) {
    return new WriteResult(outcome, rows, Optional.of(newVersion));
  }
}
