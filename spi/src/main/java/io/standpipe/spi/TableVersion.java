package io.standpipe.spi;

import java.time.Instant;
import java.util.Objects;

/** A version of a table, by its number or by the time at which it was current. */
public sealed interface TableVersion {

  /**
   * The version with this number, as the technology counts.
   *
   * @param number not negative
   */
  record Number(long number) implements TableVersion {
    public Number {
      if (number < 0) {
        throw new IllegalArgumentException("version must not be negative: " + number);
      }
    }
  }

  /**
   * The version that was current at this time.
   *
   * @param timestamp not later than now
   */
  record At(Instant timestamp) implements TableVersion {
    public At {
      Objects.requireNonNull(timestamp, "timestamp");
    }
  }
}
