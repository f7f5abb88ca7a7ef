package io.standpipe.pipeline;

import io.standpipe.spi.Location;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the rows of a stream are written.
 *
 * @param checkpoint the folder that keeps how far the stream has come, its own for each write. A
 *     run with the same folder goes on where the last one stopped
 * @param every how often to look for new rows, until the run is stopped; empty to write those that
 *     are there now, and end
 * @param outputMode which rows of an aggregation are written
 * @param delivery how often a row may arrive
 * @param stopAfter when to stop by itself; empty for never
 */
public record StreamSettings(
    Location checkpoint,
    Optional<Duration> every,
    OutputMode outputMode,
    DeliveryGuarantee delivery,
    Optional<Duration> stopAfter) {
  public StreamSettings {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(every, "every");
    Objects.requireNonNull(outputMode, "outputMode");
    Objects.requireNonNull(delivery, "delivery");
    Objects.requireNonNull(stopAfter, "stopAfter");
    if (every.isPresent() && every.get().isNegative()) {
      throw new IllegalArgumentException("every must not be negative: " + every.get());
    }
    if (stopAfter.isPresent() && stopAfter.get().isNegative()) {
      throw new IllegalArgumentException("stopAfter must not be negative: " + stopAfter.get());
    }
  }

  /** Writes what is there now, each row once, and ends. */
  public static StreamSettings checkpointAt(Location checkpoint) {
    return new StreamSettings(
        checkpoint,
        Optional.empty(),
        OutputMode.APPEND,
        DeliveryGuarantee.EXACTLY_ONCE,
        Optional.empty());
  }

  /** The same, looking for new rows again and again until it is stopped. */
  public StreamSettings every(Duration interval) {
    return new StreamSettings(checkpoint, Optional.of(interval), outputMode, delivery, stopAfter);
  }

  /** The same with another output mode. */
  public StreamSettings writing(OutputMode mode) {
    return new StreamSettings(checkpoint, every, mode, delivery, stopAfter);
  }

  /** The same with another guarantee. */
  public StreamSettings delivering(DeliveryGuarantee guarantee) {
    return new StreamSettings(checkpoint, every, outputMode, guarantee, stopAfter);
  }

  /** The same, stopping by itself. */
  public StreamSettings stoppingAfter(Duration time) {
    return new StreamSettings(checkpoint, every, outputMode, delivery, Optional.of(time));
  }
}
