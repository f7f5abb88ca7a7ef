package io.standpipe.pipeline;

import java.time.Instant;
import java.util.Objects;

/**
 * Which run it is.
 *
 * @param id unique for ever; writes carry it in their commit token
 * @param time when it began
 */
public record RunIdentity(String id, Instant time) {
  public RunIdentity {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(time, "time");
  }
}
